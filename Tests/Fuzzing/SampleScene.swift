import Foundation
import HubStore
import LibraryStore
import SampleApplication
import SyncCore
import SyncWire

/// The library and the hub for every input, made once: a device that has pushed a part of its rows, and rows
/// that no input names.
final class SampleScene: Sendable {
  /// The only scene of this process.
  static let shared = Result { try SampleScene() }

  /// The time of all events.
  static let now = Instant(milliseconds: 1_795_000_000_000)
  /// A word in the names of the rows that no input names.
  static let bystander = "bystander"

  let directory: String
  /// The source of honest messages.
  let messages: HonestMessages
  /// The library's schema, its log, and the rows that no input names.
  let before: LibraryTruth

  var libraryPath: String { directory + "/library.sqlite" }
  var hubPath: String { directory + "/hub.sqlite" }

  private init() throws {
    directory = try makeTemporaryDirectory("fuzz")
    let path = directory + "/library.sqlite"
    let library = try Self.makeLibrary(at: path)
    let hub = try HubLibrary.open(at: directory + "/hub.sqlite", durability: .process)
    try library.adopt(log: hub.logID)
    try Self.pushAll(library, to: hub)
    let page = try GetReply(
      body: hub.answer(
        GetRequest(
          clientID: "d", since: .start,
          extras: .init(
            device: DeviceID(rawValue: "another"), incarnation: Incarnation(rawValue: "i"), pushed: .none,
            logID: hub.logID, chain: nil, limit: 2000, waitSeconds: 0)), now: Self.now
      ).body)
    let cursor = page.extras?.next ?? .start
    _ = try library.apply(
      PulledPage(
        entries: [],
        rules: .layer2(next: cursor, chain: page.extras?.chain ?? ChainValue(rawValue: "0"))))
    try Self.editUnpushed(path)
    let pushed = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20)).changes
    var rows: [RowName: Document] = [:]
    for case .entry(let entry) in page.entries { rows[entry.row] = entry.payload }
    rows = Self.withoutBystanders(rows)
    messages = HonestMessages(rows: rows, pushed: pushed, cursor: cursor.rawValue)
    before = try LibraryTruth(path)
  }

  /// The rows that are not bystanders and have no bystander as a parent.
  private static func withoutBystanders(_ rows: [RowName: Document]) -> [RowName: Document] {
    func says(_ document: Document, _ words: [String]) -> Bool {
      document.columns.contains { column in words.contains { column.value.text?.contains($0) ?? false } }
    }
    let uuids = rows.filter { says($0.value, [bystander]) }.map(\.key.uuid)
    return rows.filter { row, document in
      !says(document, [bystander] + uuids) && !uuids.contains { row.uuid.contains($0) }
    }
  }

  /// A library with three media that inputs name, and one that they do not.
  private static func makeLibrary(at path: String) throws -> Library {
    try Fixture.empty.copy(to: path)
    let application = try SampleLibrary(
      path, client: "application", seed: 7, clock: .stepping(from: now.milliseconds, by: 1000))
    for number in 1...3 {
      let uuid = try application.addMedia(
        NewMedia(
          url: "https://example.org/\(number)", title: "Title \(number)", content: "Content of \(number)",
          keywords: ["red", "green \(number)"], chunks: ["one \(number)", "two \(number)"]))
      if number == 1 { _ = try application.addTranscript(uuid, model: "large", text: "spoken") }
    }
    try application.addMedia(
      NewMedia(
        url: "https://\(bystander)", title: bystander, content: bystander, keywords: [bystander],
        chunks: [bystander]))
    return try LibraryOpening.open(
      path: path,
      identity: .init(configured: DeviceID(rawValue: "device-under-test"), machine: nil) {
        "a-random-identifier"
      },
      clock: { now })
  }

  private static func pushAll(_ library: Library, to hub: HubLibrary) throws {
    while true {
      let batch = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
      guard !batch.isEmpty else { return }
      let request = SendRequest(
        clientID: "d", lastProcessed: .start,
        device: .init(
          id: DeviceID(rawValue: "device-under-test"),
          incarnation: Incarnation(rawValue: "a-random-identifier"),
          sentAt: now.description), changes: batch.changes)
      let reply = try hub.answer(request, now: now)
      _ = try library.completePush(batch, answers: reply.results ?? [], checkpoint: nil)
    }
  }

  /// Edits that the hub has not answered yet.
  private static func editUnpushed(_ path: String) throws {
    let application = try SampleLibrary(
      path, client: "application", seed: 8, clock: .stepping(from: now.milliseconds, by: 1000))
    let uuids = try application.connection.rows(
      "SELECT uuid FROM Media WHERE title <> '\(bystander)' ORDER BY url"
    ).compactMap { $0[0].text }
    try application.updatePartial(uuids[0], [("author", .text("somebody"))])
    try application.renameURL(uuids[1], to: "https://example.org/renamed")
    try application.setKeywords(uuids[1], ["red", "blue"])
    try application.addMedia(
      NewMedia(url: "https://example.org/new", title: "New", content: "New", keywords: ["new"], chunks: ["n"])
    )
  }

  /// Copies of the library and the hub in a temporary directory, which `body` may change freely.
  func withCopies<Result>(_ body: (_ library: String, _ hub: String) throws -> Result) throws -> Result {
    let place = try makeTemporaryDirectory("fuzzed")
    defer { try? FileManager.default.removeItem(atPath: place) }
    for name in ["library.sqlite", "hub.sqlite"] {
      try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: place + "/" + name)
      for suffix in ["-wal"] where FileManager.default.fileExists(atPath: directory + "/" + name + suffix) {
        try FileManager.default.copyItem(
          atPath: directory + "/" + name + suffix, toPath: place + "/" + name + suffix)
      }
    }
    return try body(place + "/library.sqlite", place + "/hub.sqlite")
  }

  /// Opens a copy of the library.
  static func open(_ path: String) throws -> Library {
    try LibraryOpening.open(
      path: path, identity: .init(configured: nil, machine: nil) { "a-random-identifier" }, pace: pace,
      clock: { now })
  }

  /// Nobody else uses the file, and a page is applied in small pieces.
  private static let pace = StoreEnvironment(
    now: { .zero }, pause: { _ in }, readers: .asked { false }, busyTimeout: .seconds(5), firstSlice: 3)
}
