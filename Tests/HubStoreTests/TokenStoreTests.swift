import Foundation
import SyncCore
import Testing

@testable import HubStore

/// Tokens, and the directory that holds them and the libraries.
struct TokenStoreTests {
  let directory: TemporaryDirectory
  let tokens: TokenStore
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("hub.sqlite")
    tokens = try TokenStore(at: path)
  }

  private func grant(_ token: String) throws -> TokenStore.Grant {
    guard case .valid(let grant) = try tokens.validity(of: token, now: noon) else {
      throw HubStoreError.unusableName(token)
    }
    return grant
  }

  @Test func `a token opens its library for the device that used it first`() throws {
    let token = try tokens.create(library: "home", device: "laptop", now: noon)
    #expect(token.hasPrefix("mst_"))
    #expect(try grant(token).library == "home")
    #expect(try tokens.admits(DeviceID(rawValue: "d1"), to: grant(token)))
    #expect(try tokens.admits(DeviceID(rawValue: "d1"), to: grant(token)))
    #expect(try !tokens.admits(DeviceID(rawValue: "d2"), to: grant(token)))
    #expect(try !tokens.admits(nil, to: grant(token)))
    let id = try #require(try tokens.list().first?.id)
    #expect(try tokens.rebind(id))
    #expect(try tokens.admits(DeviceID(rawValue: "d2"), to: grant(token)))
    #expect(try tokens.list().first?.boundTo == DeviceID(rawValue: "d2"))
  }

  @Test func `a client without a device may use an unbound token`() throws {
    let token = try tokens.create(library: "home", device: "old", now: noon)
    #expect(try tokens.admits(nil, to: grant(token)))
    #expect(try tokens.list().first?.boundTo == nil)
  }

  @Test func `a revocation by another process applies at once`() throws {
    let token = try tokens.create(library: "home", device: "laptop", now: noon)
    _ = try grant(token)
    let other = try TokenStore(at: path)
    #expect(try other.revoke(1, now: noon))
    #expect(try tokens.validity(of: token, now: noon) == .revoked)
    #expect(try !other.revoke(99, now: noon))
    #expect(try !other.rebind(99))
  }

  @Test func `a token that nobody granted is unknown`() throws {
    _ = try tokens.create(library: "home", device: "laptop", now: noon)
    #expect(try tokens.validity(of: "mst_00", now: noon) == .unknown)
    #expect(try tokens.validity(of: "", now: noon) == .unknown)
  }

  @Test func `the file contains no token's text`() throws {
    let token = try tokens.create(library: "home", device: "laptop", now: noon)
    for name in ["hub.sqlite", "hub.sqlite-wal"] {
      let bytes = FileManager.default.contents(atPath: directory.path(name)) ?? Data()
      #expect(bytes.range(of: Data(token.dropFirst(4).utf8)) == nil)
    }
  }

  @Test func `a library's name cannot leave the directory`() throws {
    let data = try HubData(directory: directory.path("data"))
    for name in ["", "..", "a/b", "A", String(repeating: "a", count: 65), "a b", "ä"] {
      #expect(throws: HubStoreError.unusableName(name)) { try data.library(name) }
    }
    #expect(try data.library("home") === data.library("home"))
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.path("data"))
    #expect(attributes[.posixPermissions] as? Int == 0o700)
  }

  @Test func `a file that is not a database is reported as damaged`() throws {
    let path = directory.path("broken.sqlite")
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
    #expect {
      try HubLibrary.open(at: path)
    } throws: { error in
      if case .damaged = error as? HubStoreError { true } else { false }
    }
  }
}
