import ControlProtocol
import FoundationEssentials
import Glibc

/// What is done with events as they come.
protocol EventReader: AnyObject {
  /// How long to wait for the next event before `tick`, in milliseconds; -1: for ever.
  var patience: Int32 { get }
  /// An event has come; the line that it came in, for who wants that.
  func take(_ event: ControlEvent, _ line: [UInt8])
  /// Time has passed.
  func tick()
  /// No more events will come.
  func ended()
}

extension EventReader {
  var patience: Int32 { -1 }
  func tick() {}
  func ended() {}
}

/// Follows the daemon's events until it goes away or we are interrupted.
struct Watch {
  /// Where the daemon listens.
  let path: String

  /// Never returns but by an error: the daemon hung up.
  func run(_ reader: some EventReader) throws(ControlCallError) {
    let connection = try ControlConnection(path: path)
    _ = try connection.ask(.watch)
    connection.limitReading(seconds: 0)
    while true {
      while connection.hasLine {
        let line = try connection.nextLine()
        reader.take(try connection.decoded(ControlEvent.self, line), line)
      }
      var wanted = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&wanted, 1, reader.patience) == 0 {
        reader.tick()
      } else {
        try connection.takeIn()
      }
    }
  }

  /// Now, in milliseconds since 1970-01-01T00:00:00Z.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

/// A line of JSON for every event, as it came.
final class JSONEvents: EventReader {
  func take(_ event: ControlEvent, _ line: [UInt8]) {
    Terminal.write(String(decoding: line, as: UTF8.self) + "\n")
  }
}

/// A line of text for every event.
final class PlainEvents: EventReader {
  func take(_ event: ControlEvent, _ line: [UInt8]) {
    guard let text = WatchText.plainLine(event, now: Watch.now) else { return }
    Terminal.write(text + "\n")
  }
}

/// What happened, line by line, and under it how things stand, drawn over again.
final class LiveEvents: EventReader {
  private let style: TerminalStyle
  private var status: Status?

  init(style: TerminalStyle) { self.style = style }

  /// Times to go on being right: what is left until the next try, or of a pause.
  var patience: Int32 { status?.nextAttempt != nil || status?.pauseUntil != nil ? 1000 : -1 }

  func take(_ event: ControlEvent, _ line: [UInt8]) {
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
    Terminal.write(TerminalStyle.again + style.painted(cut, status.state))
  }
}
