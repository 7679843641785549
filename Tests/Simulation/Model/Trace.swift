/// The events of a history, line by line. Kept only if somebody wants to read them.
package final class Trace {
  private(set) var lines: [String] = []
  let detail: Detail

  /// The amount of detail.
  package enum Detail: Comparable, Sendable {
    /// Nothing.
    case nothing
    /// Every event, one line each.
    case events
    /// Also the bodies of requests and replies.
    case messages
  }

  init(_ detail: Detail) { self.detail = detail }

  /// Adds a line.
  func add(_ now: Duration, _ line: @autoclosure () -> String) {
    guard detail > .nothing else { return }
    let milliseconds = now.components.seconds * 1000 + now.components.attoseconds / 1_000_000_000_000_000
    lines.append("\(milliseconds) \(line())")
  }
}
