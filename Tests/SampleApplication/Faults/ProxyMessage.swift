import Foundation

/// An HTTP/1.1 request or reply as the proxy forwards it: the head's lines, and the body's bytes.
struct ProxyMessage: Sendable {
  var lines: [String]
  var body: Data

  /// Reads a request; `nil` if the connection ends before it is complete. The bytes after it stay in
  /// `pending`.
  static func request(from socket: ProxySocket, pending: inout Data) -> ProxyMessage? {
    while true {
      if let message = ProxyMessage(bytes: pending) {
        let length = Int(message.header("content-length") ?? "0") ?? 0
        if message.body.count >= length {
          pending = Data(message.body.dropFirst(length))
          return ProxyMessage(lines: message.lines, body: Data(message.body.prefix(length)))
        }
      }
      let more = socket.read()
      if more.isEmpty { return nil }
      pending += more
    }
  }

  /// Splits bytes into head and body; `nil` if the head is incomplete.
  init?(bytes: Data) {
    guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return nil }
    lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    body = Data(bytes[end.upperBound...])
  }

  /// Creates a message from its head and body.
  init(lines: [String], body: Data) {
    self.lines = lines
    self.body = body
  }

  /// A reply that the proxy makes itself.
  static func reply(_ status: String, _ headers: [String] = [], body: String) -> ProxyMessage {
    ProxyMessage(
      lines: ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers, body: Data(body.utf8))
  }

  func header(_ name: String) -> String? {
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == name {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  /// A copy without these headers, and with others at the end.
  func replacing(_ names: [String], with more: [String]) -> ProxyMessage {
    let kept = lines.filter { line in
      !names.contains { line.lowercased().hasPrefix($0 + ":") }
    }
    return ProxyMessage(lines: kept + more, body: body)
  }

  /// The path of the first line, without its query.
  var path: String {
    let words = (lines.first ?? "").split(separator: " ")
    return words.count > 1 ? String(words[1].prefix { $0 != "?" }) : ""
  }

  /// The bytes on the wire.
  var bytes: Data { Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body }

  /// All but the second half of the body; without a body, the first half of the head.
  var half: Data { bytes.prefix(body.isEmpty ? bytes.count / 2 : bytes.count - (body.count + 1) / 2) }

  /// The first half of the body as a chunk that claims to be all of it.
  var cutChunk: Data {
    var message = replacing(["content-length", "transfer-encoding"], with: ["Transfer-Encoding: chunked"])
    let size = String(max(body.count, 2), radix: 16)
    message.body = Data("\(size)\r\n".utf8) + body.prefix(body.count / 2)
    return message.bytes
  }
}
