import ControlProtocol
import Glibc

/// Why there is no answer.
enum ControlCallError: Error {
  /// Nobody listens at the socket, or whoever does went away without a word.
  case noDaemon(path: String, reason: String)
  /// We may not talk to the daemon.
  case forbidden(path: String)
  /// The daemon said no.
  case refused(ControlError)
  /// The daemon said something that we do not understand.
  case garbled(String)

  var exitCode: Int32 {
    switch self {
    case .noDaemon: 69
    case .forbidden: 77
    case .refused(let error): error.code.exitCode
    case .garbled: 70
    }
  }

  var message: String {
    switch self {
    case .noDaemon(let path, let reason): "mediasyncctl: no daemon answers at \(path) (\(reason))"
    case .forbidden(let path): "mediasyncctl: not allowed to talk to the daemon at \(path)"
    case .refused(let error): "mediasyncctl: \(error.message)"
    case .garbled(let message): "mediasyncctl: \(message)"
    }
  }
}

/// One request over a blocking Unix socket.
struct ControlCall {
  /// Where the daemon listens.
  let path: String

  /// Sends the request and waits for the answer. The daemon keeps the time of a wait; where it has died, the
  /// kernel closes the socket, so there is no need for a clock here but for a daemon that hangs.
  func ask(_ request: ControlRequest) throws(ControlCallError) -> ControlPayload {
    let descriptor = try connected()
    defer { close(descriptor) }
    limitReading(descriptor, request)
    try send(request, descriptor)
    let line = try answer(descriptor)
    let reply: ControlReply
    do throws(FrameError) {
      reply = try Frame.decode(ControlReply.self, from: line)
    } catch {
      switch error {
      case .tooLong: throw .garbled("the daemon's answer is too long")
      case .malformed(let reason): throw .garbled("the daemon's answer cannot be read: \(reason)")
      }
    }
    switch reply {
    case .ok(let payload): return payload
    case .error(let error): throw .refused(error)
    }
  }

  private func connected() throws(ControlCallError) -> Int32 {
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
    guard descriptor >= 0 else { throw gone() }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let error: ControlCallError = errno == EACCES ? .forbidden(path: path) : gone()
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// A daemon answers `status` within milliseconds; ten seconds without a word is a daemon that hangs.
  private func limitReading(_ descriptor: Int32, _ request: ControlRequest) {
    var seconds: Double
    switch request {
    case .status, .pause, .resume, .version, .metrics, .trigger(wait: false): seconds = 10
    case .wait(let timeout): seconds = timeout.map { $0 + 10 } ?? 0
    // Behind what the cycle is doing in the library.
    case .conflicts, .quarantine(.list), .quarantine(.show), .quarantine(.drop): seconds = 60
    // As long as it takes.
    case .trigger(wait: true), .quarantine(.retry), .errand: seconds = 0
    }
    seconds.round(.up)
    var limit = timeval(tv_sec: Int(seconds), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  private func send(_ request: ControlRequest, _ descriptor: Int32) throws(ControlCallError) {
    let bytes: [UInt8]
    do throws(FrameError) { bytes = try Frame.encode(request) } catch { throw .garbled("cannot ask that") }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw gone() }
      offset += count
    }
  }

  private func answer(_ descriptor: Int32) throws(ControlCallError) -> [UInt8] {
    var splitter = LineSplitter(limit: Frame.replyMaxBytes)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { throw .noDaemon(path: path, reason: "no answer in time") }
      guard count >= 0 else { throw gone() }
      guard count > 0 else { throw .noDaemon(path: path, reason: "it hung up") }
      do throws(FrameError) {
        if let line = try splitter.take(buffer[0..<count]).first { return line }
      } catch {
        throw .garbled("the daemon's answer is too long")
      }
    }
  }

  private func gone() -> ControlCallError {
    let words = String(cString: strerror(errno))
    return .noDaemon(path: path, reason: words.prefix(1).lowercased() + words.dropFirst())
  }
}
