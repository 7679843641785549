/// What happened in a history, line by line. Kept only where someone wants to read it.
package final class Trace {
  private(set) var lines: [String] = []
  let detail: Detail

  /// What is kept.
  package enum Detail: Comparable, Sendable {
    /// Nothing.
    case nothing
    /// Every event, in a line.
    case events
    /// With it the bodies of requests and replies.
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
