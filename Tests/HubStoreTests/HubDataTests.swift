import Foundation
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The directory that holds all of a hub's data: who may read it, who serves it, and whether it is still
/// there.
struct HubDataTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("hub")
  }

  private func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: name.isEmpty ? path : path + "/" + name)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func send(_ library: HubLibrary, _ id: Int64) throws -> SendReply {
    let word = "w\(id)"
    let entry = Entry(
      changeID: id, row: RowName("Keywords", "uuid-\(word)"), operation: .create,
      timestamp: "2026-01-01T00:00:00.000Z", clientID: "app", version: 1,
      payload: ["keyword": .text(word), "deleted": .integer(0)])
    let device = SendRequest.Device(
      id: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"),
      sentAt: "2026-01-01T00:00:01.000Z")
    return try library.send(
      SendRequest(
        clientID: "app", lastProcessed: .start, device: device,
        changes: [PushedChange(entry: entry, base: .start, whole: false)]), now: noon)
  }

  @Test func `only the owner may read the files, whatever the umask was`() throws {
    let before = umask(0)
    defer { umask(before) }
    let data = try HubData(directory: path)
    _ = try data.tokens.create(library: "home", device: "laptop", now: noon)
    let library = try data.library("home")
    _ = try send(library, 1)
    _ = try ServeLock(directory: path)
    for name in ["", "libraries"] { #expect(try mode(name) == 0o700, "\(name)") }
    var seen = 0
    for folder in ["", "libraries/"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)
      where name != "libraries" {
        #expect(try mode(folder + name) == 0o600, "\(folder + name)")
        seen += 1
      }
    }
    #expect(seen >= 8, "the files of two databases, a reserve and a lock")
  }

  @Test func `opening removes the read permission of others`() throws {
    do {
      let data = try HubData(directory: path)
      _ = try send(try data.library("home"), 1)
    }
    let files = ["hub.sqlite", "libraries/home.sqlite"]
    chmod(path, 0o755)
    chmod(path + "/libraries", 0o750)
    for file in files { chmod(path + "/" + file, 0o644) }
    let data = try HubData(directory: path)
    _ = try data.library("home")
    for name in ["", "libraries"] { #expect(try mode(name) == 0o700) }
    for file in files { #expect(try mode(file) == 0o600) }
  }

  @Test func `one process serves a directory, and the second learns which`() throws {
    _ = try HubData(directory: path)
    let first = try ServeLock(directory: path)
    #expect(throws: HubStoreError.served(directory: path, process: getpid())) {
      _ = try ServeLock(directory: path)
    }
    // The other commands work beside it.
    let beside = try HubData(directory: path)
    _ = try beside.tokens.create(library: "home", device: "laptop", now: noon)
    withExtendedLifetime(first) {}
  }

  @Test func `a process that ends releases the directory`() throws {
    _ = try HubData(directory: path)
    _ = try ServeLock(directory: path)
    _ = try ServeLock(directory: path)
  }

  @Test(arguments: ["", "libraries"])
  func `a hub whose directory was moved acknowledges nothing`(which: String) throws {
    let data = try HubData(directory: path)
    let library = try data.library("home")
    _ = try send(library, 1)
    let moved = which.isEmpty ? path : path + "/" + which
    try FileManager.default.moveItem(atPath: moved, toPath: directory.path("elsewhere"))
    #expect(throws: HubStoreError.self) { try send(library, 2) }
    #expect(throws: HubStoreError.moved(path: moved)) { try data.library("home") }
    #expect(throws: HubStoreError.moved(path: moved)) { try data.checkPlace() }
    // It continues once the directory is back.
    try FileManager.default.moveItem(atPath: directory.path("elsewhere"), toPath: moved)
    #expect(try send(data.library("home"), 3).results?.first?.outcome == .applied)
  }

  @Test func `a deleted library is not created again under its name`() throws {
    let data = try HubData(directory: path)
    let file = path + "/libraries/home.sqlite"
    do {
      let library = try data.library("home")
      _ = try send(library, 1)
      for end in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: file + end) }
      #expect(throws: HubStoreError.moved(path: file)) { try send(library, 2) }
    }
    #expect(throws: HubStoreError.moved(path: file)) { try data.library("home") }
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func `a library that was restored from a copy is read from the copy`() throws {
    let data = try HubData(directory: path)
    let file = path + "/libraries/home.sqlite"
    let copy = directory.path("copy.sqlite")
    let old = try HubLibrary.open(at: copy)
    _ = try send(old, 1)
    do { _ = try send(data.library("home"), 1) }
    let ours = try data.library("home").logID
    #expect(ours != old.logID)
    for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + end) }
    try old.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.copyItem(atPath: copy, toPath: file)
    #expect(try data.library("home").logID == old.logID)
  }

  @Test func `idle libraries are closed, and work again on the next request`() throws {
    let data = try HubData(directory: path, options: .init(librariesMax: 3))
    func descriptors() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name))?
          .hasPrefix(path + "/libraries/") == true
      }.count
    }
    for number in 0..<40 { _ = try send(data.library("library\(number)"), 1) }
    #expect(data.openLibraries == 3)
    #expect(try descriptors() <= 3 * HubData.descriptorsOfLibrary)
    for number in 0..<40 {
      let reply = try send(data.library("library\(number)"), 2)
      #expect(reply.latest == Position(2))
    }
    #expect(data.closeLibraries(unusedSince: .now) == 0)
    #expect(try descriptors() == 0)
    // A library that somebody uses stays open, and is not opened a second time.
    let held = try data.library("library0")
    _ = data.closeLibraries(unusedSince: .now)
    #expect(try data.library("library0") === held)
  }

  @Test func `a sender's acknowledged position outlives the closing of its library`() throws {
    let data = try HubData(directory: path)
    _ = try send(data.library("home"), 1)
    let extras = GetRequest.Extras(
      device: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"), pushed: ChangeID(7),
      logID: nil, chain: nil, limit: 10, waitSeconds: 0)
    _ = try data.library("home").page(
      GetRequest(clientID: "app", since: .start, extras: extras), now: noon)
    #expect(data.closeLibraries(unusedSince: .now) == 0)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(5))) {
      try send(data.library("home"), 5)
    }
  }
}
