import ControlProtocol
import FoundationEssentials
import Glibc

/// Handles the daemon's events.
protocol EventReader: AnyObject {
  /// The time to wait for an event before `tick`, in milliseconds; -1 for no limit.
  var timeout: Int32 { get }
  /// Handles an event. `line` is the line that contained it.
  func show(_ event: ControlEvent, _ line: [UInt8])
  /// Called after `timeout` without an event.
  func tick()
  /// Called when the connection ends.
  func ended()
}

extension EventReader {
  var timeout: Int32 { -1 }
  func tick() {}
  func ended() {}
}

/// Follows the daemon's events until the connection ends or the user interrupts.
struct Watch {
  /// The daemon's socket.
  let path: String

  /// Passes events to `reader`. Returns only with an error, such as a closed connection.
  func run(_ reader: some EventReader) throws(ControlCallError) {
    let connection = try ControlConnection(path: path)
    _ = try connection.ask(.watch)
    connection.limitReading(seconds: 0)
    while true {
      while connection.hasLine {
        let line = try connection.nextLine()
        reader.show(try connection.decoded(ControlEvent.self, line), line)
      }
      var wanted = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&wanted, 1, reader.timeout) == 0 {
        reader.tick()
      } else {
        try connection.receive()
      }
    }
  }

  /// The current time, in milliseconds since 1970-01-01T00:00:00Z.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

/// Prints every event as the daemon's line of JSON.
final class JSONEvents: EventReader {
  func show(_ event: ControlEvent, _ line: [UInt8]) {
    Terminal.write(String(decoding: line, as: UTF8.self) + "\n")
  }
}

/// Prints every event as a line of text.
final class PlainEvents: EventReader {
  func show(_ event: ControlEvent, _ line: [UInt8]) {
    guard let text = WatchText.plainLine(event, now: Watch.now) else { return }
    Terminal.write(text + "\n")
  }
}

/// Prints events line by line, and redraws the status below them.
final class LiveEvents: EventReader {
  private let style: TerminalStyle
  private var status: Status?

  init(style: TerminalStyle) { self.style = style }

  /// One second while the status shows a remaining time: until the next attempt or the end of a pause.
  var timeout: Int32 { status?.nextAttempt != nil || status?.pauseUntil != nil ? 1000 : -1 }

  func show(_ event: ControlEvent, _ line: [UInt8]) {
    if let status = event.status { self.status = status }
    if let progress = event.progress { status?.progress = progress }
    if let text = WatchText.line(event) { Terminal.write(TerminalStyle.again + text + "\n") }
    draw()
  }

  func tick() { draw() }

  func ended() { Terminal.write("\n") }

  private func draw() {
    guard let status else { return }
    let line = SafeText.line(StatusText.firstLine(status, now: Watch.now))
    let cut = SafeText.cut(line, to: Terminal.width - 1)
    Terminal.write(TerminalStyle.again + style.colored(cut, status.state))
  }
}
