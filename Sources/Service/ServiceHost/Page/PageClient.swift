import Glibc

/// The first line and the one header of a request that count.
struct PageRequest: Hashable {
  let method: String
  /// Without a query.
  let path: String
  /// Whether the client says that it reads OpenMetrics.
  let takesOpenMetrics: Bool

  /// `nil` where these are no lines of an HTTP/1 request.
  init?(head: String) {
    let lines = head.split(separator: "\r\n")
    guard let parts = lines.first?.split(separator: " ", omittingEmptySubsequences: false), parts.count == 3,
      parts[2].hasPrefix("HTTP/1."), parts[1].hasPrefix("/")
    else { return nil }
    method = String(parts[0])
    path = String(parts[1].prefix { $0 != "?" })
    takesOpenMetrics = lines.dropFirst().contains { line in
      let line = line.lowercased()
      return line.hasPrefix("accept:") && line.contains("application/openmetrics-text")
    }
  }
}

/// An answer as bytes.
struct PageAnswer {
  enum Status: String {
    case ok = "200 OK"
    case badRequest = "400 Bad Request"
    case notFound = "404 Not Found"
    case methodNotAllowed = "405 Method Not Allowed"
  }

  let bytes: [UInt8]

  init(_ status: Status, text: String = "", isOpenMetrics: Bool = false) {
    // The text is valid in both formats; a client that asks for neither takes the older one.
    let type = isOpenMetrics ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4"
    var head = "HTTP/1.1 \(status.rawValue)\r\nContent-Type: \(type); charset=utf-8\r\n"
    head += "Content-Length: \(text.utf8.count)\r\nConnection: close\r\n"
    if status == .methodNotAllowed { head += "Allow: GET\r\n" }
    bytes = Array((head + "\r\n" + text).utf8)
  }
}

/// One client of a page: a request is read to the end of its head, answered, and that is all.
final class PageClient {
  /// What has come so far.
  enum Intake {
    case unfinished
    case broken
    case unusable
    case request(PageRequest)
  }

  /// The longest head of a request, in bytes.
  static let maxHeadBytes = 8 << 10

  let descriptor: Int32
  private var head: [UInt8] = []
  private var unwritten: ArraySlice<UInt8> = []
  private var hasAnswered = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  var wantsToWrite: Bool { !unwritten.isEmpty }
  var isDone: Bool { hasAnswered && unwritten.isEmpty }

  /// Reads what has come.
  func receive() -> Intake {
    guard !hasAnswered else { return .unfinished }
    var buffer = [UInt8](repeating: 0, count: Self.maxHeadBytes)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR ? .unfinished : .broken }
    guard count > 0 else { return .broken }
    head += buffer[0..<count]
    guard let end = Self.end(of: head) else {
      return head.count < Self.maxHeadBytes ? .unfinished : .unusable
    }
    return PageRequest(head: String(decoding: head[..<end], as: UTF8.self)).map { .request($0) } ?? .unusable
  }

  /// Where the empty line is that ends a head.
  private static func end(of head: [UInt8]) -> Int? {
    guard head.count >= 4 else { return nil }
    return (0...(head.count - 4)).first { Array(head[$0..<($0 + 4)]) == [0x0D, 0x0A, 0x0D, 0x0A] }
  }

  func answer(_ answer: PageAnswer) {
    hasAnswered = true
    head = []
    unwritten = answer.bytes[...]
  }

  /// Writes as much as there is room for; `false` where the connection is broken.
  func writeOut() -> Bool { SocketOutput.write(&unwritten, to: descriptor) }
}
