import Foundation
import Glibc
import SyncCore
import Testing

@testable import HubClient

/// Against a real TLS server, the one of openssl.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
struct CertificateTests {
  private let directory = NSTemporaryDirectory() + "mediasync-tls-" + UUID().uuidString.prefix(8)

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardInput = Pipe()
    process.standardOutput = Pipe()
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test func `a certificate is trusted if its authority is configured, and not otherwise`() async throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let maker = try start([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
    ])
    maker.waitUntilExit()
    try #require(maker.terminationStatus == 0)
    let server = try start([
      "s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-www",
    ])
    defer { server.terminate() }
    let port = try #require(acceptedPort(server))
    var configuration = HubConnection.Configuration(baseURL: "https://127.0.0.1:\(port)/sync")
    let caller = try Caller(configuration)
    guard case .untrusted(let detail) = await caller.get().error else {
      Issue.record("it was trusted")
      return
    }
    #expect(detail.contains("certificate"))
    configuration.caFile = directory + "/cert.pem"
    let trusting = configuration
    caller.loop.queue.sync { caller.connection.reconfigure(trusting) }
    #expect(await caller.get().response?.status == 200)
  }

  /// The server prints `ACCEPT 127.0.0.1:PORT` when it listens.
  private func acceptedPort(_ server: Process) -> Int? {
    guard let pipe = server.standardOutput as? Pipe else { return nil }
    var text = ""
    while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
      text += String(decoding: data, as: UTF8.self)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      where line.hasPrefix("ACCEPT") {
        return line.split(separator: ":").last.flatMap { Int($0) }
      }
    }
    return nil
  }
}
