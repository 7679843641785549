import Foundation
import SampleApplication

/// The parts of a request that a layer-1 server reads.
struct HTTPRequest: Sendable {
  var method: String
  var path: String
  var query: [String: String]
  var headers: [String: String]
  var body: Data
}

/// Status and body of a reply; the body is JSON.
struct HTTPReply: Sendable {
  var status: Int
  var body: Data
}

/// A minimal HTTP/1.1 server with a thread per connection. It shares nothing with the tests' own threads,
/// which wait for processes that wait for this server.
final class HTTPListener: Sendable {
  let port: UInt16
  private let descriptor: Int32

  /// Starts to listen on loopback.
  init(_ handle: @escaping @Sendable (HTTPRequest) -> HTTPReply) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = try LoopbackSocket.listen(descriptor)
    let descriptor = descriptor
    Thread.detachNewThread {
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { Self.serve(connection, handle) }
      }
    }
  }

  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static func serve(_ connection: Int32, _ handle: (HTTPRequest) -> HTTPReply) {
    defer { close(connection) }
    var pending = Data()
    while let request = read(connection, &pending) {
      let reply = handle(request)
      let head =
        "HTTP/1.1 \(reply.status) Reply\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(reply.body.count)\r\n\r\n"
      guard write(connection, Data(head.utf8) + reply.body) else { return }
    }
  }

  private static func read(_ connection: Int32, _ pending: inout Data) -> HTTPRequest? {
    let blank = Data("\r\n\r\n".utf8)
    while pending.range(of: blank) == nil {
      guard receive(connection, &pending) else { return nil }
    }
    guard let end = pending.range(of: blank) else { return nil }
    let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    var request = parse(head)
    let length = Int(request.headers["content-length"] ?? "0") ?? 0
    pending = Data(pending[end.upperBound...])
    if request.headers["expect"] != nil { _ = write(connection, Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    while pending.count < length {
      guard receive(connection, &pending) else { return nil }
    }
    request.body = Data(pending.prefix(length))
    pending = Data(pending.dropFirst(length))
    return request
  }

  private static func parse(_ head: [String]) -> HTTPRequest {
    let first = (head.first ?? "").split(separator: " ").map(String.init)
    let target = URLComponents(string: first.count > 1 ? first[1] : "/")
    var query: [String: String] = [:]
    for item in target?.queryItems ?? [] { query[item.name] = item.value ?? "" }
    var headers: [String: String] = [:]
    for line in head.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return HTTPRequest(
      method: first.first ?? "", path: target?.path ?? "", query: query, headers: headers, body: Data())
  }

  private static func receive(_ connection: Int32, _ pending: inout Data) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    pending.append(contentsOf: buffer[..<count])
    return true
  }

  private static func write(_ connection: Int32, _ data: Data) -> Bool {
    var bytes = [UInt8](data)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}
