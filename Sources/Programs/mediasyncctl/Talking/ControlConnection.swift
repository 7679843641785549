import ControlProtocol
import Glibc

/// A blocking connection to the daemon that carries lines both ways. It starts with a greeting.
final class ControlConnection {
  /// The daemon's greeting.
  private(set) var daemon = ControlHello(range: .own, build: "")
  /// The socket, to poll it together with a timeout.
  let descriptor: Int32
  private let path: String
  private var splitter = LineSplitter(limit: Frame.replyMaxBytes)
  private var lines: [[UInt8]] = []

  /// Connects to the daemon at `path` and agrees on a version of the protocol. Root refuses an unsafe socket.
  init(path: String) throws(ControlCallError) {
    self.path = path
    descriptor = try Self.connected(path)
    if geteuid() == 0, let refusal = SocketOwners(of: descriptor, at: path)?.refusal {
      close(descriptor)
      throw .untrusted(path: path, reason: refusal)
    }
    try greet()
  }

  deinit { close(descriptor) }

  /// Limits the time to wait for each read, in seconds; 0 for no limit. If the daemon dies, the kernel closes
  /// the socket anyway.
  func limitReading(seconds: Double) {
    var limit = timeval(tv_sec: Int(min(seconds, 1e9).rounded(.up)), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Sends a request and waits for the answer.
  ///
  /// - Throws: `refused` if the daemon answers with an error.
  func ask(_ request: ControlRequest) throws(ControlCallError) -> ControlPayload {
    try send(request)
    switch try decoded(ControlReply.self, try nextLine()) {
    case .ok(let payload): return payload
    case .error(let error): throw .refused(error)
    }
  }

  /// Returns the next line, not decoded. Waits for it.
  func nextLine() throws(ControlCallError) -> [UInt8] {
    while lines.isEmpty { try receive() }
    return lines.removeFirst()
  }

  /// Whether a received line waits for `nextLine`.
  var hasLine: Bool { !lines.isEmpty }

  /// Reads available bytes; waits if there are none.
  func receive() throws(ControlCallError) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR { return }
    if count < 0, errno == EAGAIN { throw .noDaemon(path: path, reason: "no answer in time") }
    guard count >= 0 else { throw .gone(path) }
    guard count > 0 else { throw .noDaemon(path: path, reason: "it closed the connection") }
    do throws(FrameError) {
      lines += try splitter.append(buffer[0..<count])
    } catch {
      throw .garbled("the daemon's answer is too long")
    }
  }

  /// Decodes a line.
  func decoded<Message: Decodable>(
    _ type: Message.Type, _ line: [UInt8]
  ) throws(ControlCallError) -> Message {
    do throws(FrameError) {
      return try Frame.decode(type, from: line)
    } catch {
      let reason = if case .malformed(let reason) = error { reason } else { "too long" }
      throw .garbled("the daemon's answer cannot be read: \(reason)")
    }
  }

  // MARK: - Greeting

  private func greet() throws(ControlCallError) {
    limitReading(seconds: 10)
    let own = ControlHello()
    let payload: ControlPayload
    do throws(ControlCallError) {
      payload = try ask(.hello(own))
    } catch {
      // A daemon from before there was a greeting does not know it as a request.
      if case .refused(let error) = error, error.code == .badRequest {
        throw .skewed("the daemon at \(path) is older than this mediasyncctl (\(own.build)): " + Self.remedy)
      }
      throw error
    }
    guard let hello = payload.hello else {
      throw .garbled("the daemon at \(path) did not answer the greeting")
    }
    if let skew = ControlHello.skew(client: own, daemon: hello) { throw .skewed(skew) }
    daemon = hello
  }

  /// What to do if the daemon is the older one.
  static let remedy = "restart it to run the new version (systemctl restart mediasyncd)"

  // MARK: - The socket

  private func send(_ request: ControlRequest) throws(ControlCallError) {
    let bytes: [UInt8]
    do throws(FrameError) { bytes = try Frame.encode(request) } catch {
      throw .garbled("cannot encode the request")
    }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      // A daemon that turns us away sends the reason before it closes the socket. Read that.
      if count < 0, errno == EPIPE { return }
      guard count > 0 else { throw .gone(path) }
      offset += count
    }
  }

  private static func connected(_ path: String) throws(ControlCallError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
      guard bytes.count < space.count else { return false }
      space.copyBytes(from: bytes)
      return true
    }
    guard fits else { throw .noDaemon(path: path, reason: "the path is too long for a socket") }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .gone(path) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let error: ControlCallError = errno == EACCES ? .forbidden(path: path) : .gone(path)
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
