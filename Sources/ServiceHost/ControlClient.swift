import ControlProtocol
import Glibc

/// One client of the control server: what has come of a line, what waits to be written, and which requests wait
/// for their turn. One request at a time: the next line is taken when the one before is answered.
final class ControlClient {
  let descriptor: Int32
  let peer: ControlServer.Peer
  private var splitter = LineSplitter()
  private var lines: [[UInt8]] = []
  private var unwritten: [UInt8] = []
  /// A request is being answered.
  private(set) var isWaiting = false
  /// It has said all it has to say, and may still be reading.
  private(set) var hasFinishedSending = false
  /// The server is in the middle of its requests: an answer now needs no further push.
  var isBeingServed = false
  /// It gets what is unwritten, and is then let go.
  private var isBeingLetGo = false

  init(descriptor: Int32, peer: ControlServer.Peer) {
    self.descriptor = descriptor
    self.peer = peer
  }

  /// While a request is being answered nothing more is read: whoever sends on meets a full socket, and costs
  /// no memory of ours.
  var wantsToRead: Bool { !isWaiting && !hasFinishedSending && !isBeingLetGo && unwritten.isEmpty }
  var wantsToWrite: Bool { !unwritten.isEmpty }
  var isDone: Bool {
    unwritten.isEmpty && (isBeingLetGo || (hasFinishedSending && !isWaiting && lines.isEmpty))
  }

  /// Reads what has come, at most one frame; `false` where the connection is broken.
  func takeIn() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    if count == 0 {
      hasFinishedSending = true
      return true
    }
    do throws(FrameError) {
      lines += try splitter.take(buffer[0..<count])
    } catch {
      letGo(with: .error(.tooLong, "a request is at most \(Frame.maxBytes) bytes"))
    }
    return true
  }

  /// The next request to answer, if it is time for one. A line that is none is answered here.
  func nextRequest() -> ControlRequest? {
    while !isWaiting, !isBeingLetGo, unwritten.isEmpty, !lines.isEmpty {
      let line = lines.removeFirst()
      do throws(FrameError) {
        let request = try Frame.decode(ControlRequest.self, from: line)
        isWaiting = true
        return request
      } catch {
        let reason = if case .malformed(let reason) = error { reason } else { "too long" }
        queue(.error(.badRequest, "not a request: " + reason))
      }
    }
    return nil
  }

  /// The answer to the request that is being answered.
  func answer(_ reply: ControlReply) {
    isWaiting = false
    queue(reply)
  }

  /// A last word.
  func letGo(with reply: ControlReply) {
    queue(reply)
    isBeingLetGo = true
  }

  private func queue(_ reply: ControlReply) {
    // Every reply of this module is JSON and below a reply's bound, but for absurdly long texts in it.
    let bytes =
      (try? Frame.encode(reply, limit: Frame.replyMaxBytes))
      ?? (try? Frame.encode(ControlReply.error(.failed, "reply too long")))
    unwritten += bytes ?? []
  }

  /// Writes as much as there is room for; `false` where the connection is broken.
  func writeOut() -> Bool {
    while !unwritten.isEmpty {
      let count = unwritten.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      unwritten.removeFirst(count)
    }
    return true
  }
}
