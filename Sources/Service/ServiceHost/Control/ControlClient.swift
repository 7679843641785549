import ControlProtocol
import Glibc

/// One client of the control server: what has come of a line, what waits to be written, and which requests wait
/// for their turn. One request at a time: the next line is taken when the one before is answered.
final class ControlClient {
  /// Lines in a row that are no requests, before a client is let go: whoever sends garbage does not speak to us.
  static let badLinesMax = 16
  /// What a watcher may leave unread, in bytes, beside what the kernel holds for it: some twenty events.
  static let watcherMaxBytes = 16 << 10

  let descriptor: Int32
  let peer: ControlServer.Peer
  private var splitter = LineSplitter()
  private var lines: ArraySlice<[UInt8]> = []
  private var unwritten: ArraySlice<UInt8> = []
  private var badLines = 0
  /// A request is being answered, or the client watches.
  private(set) var isWaiting = false
  private var asksToWatch = false
  /// It is told of events until it hangs up.
  private(set) var isWatching = false
  /// Events that found no room.
  private var lostEvents = 0
  /// It has said all it has to say, and may still be reading.
  private(set) var hasFinishedSending = false
  /// The server is in the middle of its requests: an answer now needs no further push.
  var isBeingServed = false
  /// Since when it is for the client to send a whole request, or to read an answer.
  var turnBegan: Duration
  /// It gets what is unwritten, and is then let go.
  private var isBeingLetGo = false

  init(descriptor: Int32, peer: ControlServer.Peer, now: Duration) {
    self.descriptor = descriptor
    self.peer = peer
    turnBegan = now
  }

  /// While a request is being answered nothing more is read: whoever sends on meets a full socket, and costs
  /// no memory of ours.
  var wantsToRead: Bool {
    !isWaiting && !hasFinishedSending && !isBeingLetGo && unwritten.isEmpty && lines.isEmpty
  }
  var wantsToWrite: Bool { !unwritten.isEmpty }
  var unreadBytes: Int { unwritten.count }
  var hasLines: Bool { !lines.isEmpty }
  var isDone: Bool {
    unwritten.isEmpty && (isBeingLetGo || (hasFinishedSending && !isWaiting && lines.isEmpty))
  }

  /// Reads what has come, at most one frame; `false` where the connection is broken.
  func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    if count == 0 {
      hasFinishedSending = true
      return true
    }
    do throws(FrameError) {
      lines += try splitter.append(buffer[0..<count])
    } catch {
      disconnect(with: .error(.tooLong, "a request is at most \(Frame.maxBytes) bytes"))
    }
    return true
  }

  /// The next request for the daemon, if it is time for one. What is none, and who we are, is answered here.
  func nextRequest() -> ControlRequest? {
    guard !isWaiting, !isBeingLetGo, unwritten.isEmpty, let line = lines.popFirst() else { return nil }
    do throws(FrameError) {
      let request = try Frame.decode(ControlRequest.self, from: line)
      badLines = 0
      if case .hello(let hello) = request {
        greet(hello)
        return nil
      }
      isWaiting = true
      asksToWatch = request == .watch
      return request
    } catch {
      refuse(error)
      return nil
    }
  }

  private func greet(_ client: ControlHello) {
    let own = ControlHello()
    if let skew = ControlHello.skew(client: client, daemon: own) {
      disconnect(with: .error(.versionMismatch, skew))
    } else {
      queue(.hello(own))
    }
  }

  private func refuse(_ error: FrameError) {
    badLines += 1
    if badLines >= Self.badLinesMax {
      disconnect(with: .error(.badRequest, "\(badLines) lines in a row were no requests"))
      return
    }
    switch error {
    case .malformed(let reason): queue(.error(.badRequest, "not a request: " + reason))
    case .tooLong: queue(.error(.badRequest, "not a request: too long"))
    case .unknownVerb(let verb):
      let name = SafeText.cut(SafeText.line(verb), to: 40)
      queue(
        .error(.unknownVerb, "the daemon (mediasyncd \(Build.version)) does not know the verb \(name)"))
    }
  }

  /// The answer to the request that is being answered.
  func answer(_ reply: ControlReply) {
    isWatching = if asksToWatch, case .ok = reply { true } else { false }
    isWaiting = isWatching
    queue(reply)
  }

  /// Tells a watcher of an event, or counts it as lost where the watcher does not keep up.
  func send(_ event: [UInt8]) {
    guard unwritten.count + event.count <= Self.watcherMaxBytes, lostEvents == 0 else {
      lostEvents += 1
      return
    }
    unwritten += event
  }

  /// Once a slow watcher has read everything: how much it has missed; 0 where it has not, or has missed nothing.
  func removeLostEventCount() -> Int {
    guard unwritten.isEmpty, !isBeingLetGo else { return 0 }
    defer { lostEvents = 0 }
    return lostEvents
  }

  /// Nobody is there to read them.
  func forgetAnswers() { unwritten.removeAll() }

  /// A last word.
  func disconnect(with reply: ControlReply) {
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
  func writeOut() -> Bool { SocketOutput.write(&unwritten, to: descriptor) }
}
