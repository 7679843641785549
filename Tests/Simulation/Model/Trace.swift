/// What happened in a history, line by line. Kept only where someone wants to read it.
final class Trace {
  private(set) var lines: [String] = []
  private let isKept: Bool

  init(isKept: Bool) { self.isKept = isKept }

  /// Adds a line.
  func add(_ now: Duration, _ line: @autoclosure () -> String) {
    guard isKept else { return }
    let milliseconds = now.components.seconds * 1000 + now.components.attoseconds / 1_000_000_000_000_000
    lines.append("\(milliseconds) \(line())")
  }
}
