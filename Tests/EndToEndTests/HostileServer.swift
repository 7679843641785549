import Foundation
import SampleApplication

/// A server that answers every request with the same bytes, endlessly if asked to.
final class HostileServer: Sendable {
  /// What it answers.
  struct Answer: Sendable {
    /// The bytes on the wire: head and body.
    var bytes: [UInt8]
    /// The bytes that follow, repeated until the client disconnects or 400 MB are sent.
    var endless: [UInt8] = []
    /// Whether `/capabilities` gets an honest answer.
    var isHubFirst = true

    /// A complete JSON reply.
    static func json(_ body: String, status: Int = 200, headers: String = "") -> Answer {
      Answer(
        bytes: Array(
          ("HTTP/1.1 \(status) Reply\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + headers + "\r\n" + body).utf8))
    }
  }

  let port: UInt16
  private let descriptor: Int32

  /// Starts to listen on loopback.
  init(_ answer: Answer) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = try LoopbackSocket.listen(descriptor)
    let descriptor = descriptor
    Thread.detachNewThread {
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { Self.serve(connection, answer) }
      }
    }
  }

  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static let capabilities = Answer.json(
    #"{"protocol":"mediasync/1","log_id":"11111111-2222-4333-8444-555555555555","max_batch":2000,"#
      + #""max_bytes":8388608,"min_change_id":0,"server_time":"2026-01-01T00:00:00Z","#
      + #""features":["verdicts","wait","snapshot","rows","digest","witness"]}"#)

  private static func serve(_ connection: Int32, _ answer: Answer) {
    defer { close(connection) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      let line = String(decoding: buffer[..<min(count, 200)], as: UTF8.self)
      if answer.isHubFirst, line.contains("/capabilities") {
        guard LoopbackSocket.send(capabilities.bytes, on: connection) else { return }
        continue
      }
      guard LoopbackSocket.send(answer.bytes, on: connection) else { return }
      guard !answer.endless.isEmpty else { return }
      for _ in 0..<max(1, (400 << 20) / answer.endless.count) {
        guard LoopbackSocket.send(answer.endless, on: connection) else { return }
      }
      return
    }
  }
}
