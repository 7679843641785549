/// Formats progress for people.
package enum ProgressText {
  /// Returns one line: `pulling 12,000 of 50,000 (24 %), 18,300/s, 2s left, 1.2 of 6.0 MB`.
  package static func line(_ progress: Progress) -> String {
    var parts = counts(progress).map { [$0 + (percent(progress).map { " (\($0))" } ?? "")] } ?? []
    parts += pace(progress) + bytes(progress)
    return verb(progress) + " " + parts.joined(separator: ", ")
  }

  /// Returns a bar of at most `width` columns: `pulling [#####---------------]   24 %  12,000 of 50,000,
  /// 18,300/s, 2s left`. If the total is unknown or `width` is too small, returns the line instead.
  package static func bar(_ progress: Progress, width: Int) -> String {
    guard let share = progress.share, let percent = percent(progress), let counts = counts(progress) else {
      return SafeText.cut(line(progress), to: width)
    }
    let figures = ([counts] + pace(progress) + bytes(progress)).joined(separator: ", ")
    let padding = String(repeating: " ", count: max(0, 5 - percent.count))
    let rest = "  \(padding)\(percent)  \(figures)"
    let cells = min(30, width - verb(progress).count - rest.count - 4)
    guard cells >= 5 else { return SafeText.cut(line(progress), to: width) }
    let full = Int((share * Double(cells)).rounded(.down))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
    return "\(verb(progress)) [\(bar)]\(rest)"
  }

  private static func verb(_ progress: Progress) -> String {
    switch progress.phase {
    case .push: "pushing"
    case .pull: "pulling"
    case .snapshot: "applying a snapshot:"
    }
  }

  /// The transferred changes or rows; `nil` if only bytes are known.
  private static func counts(_ progress: Progress) -> String? {
    let done = grouped(progress.done)
    if let total = progress.total { return "\(done) of \(grouped(total))" }
    if progress.phase != .snapshot, progress.done == 0, progress.bytesDone != nil { return nil }
    return "\(done) row\(progress.done == 1 ? "" : "s")"
  }

  /// The transferred bytes of the current request.
  private static func bytes(_ progress: Progress) -> [String] {
    guard let done = progress.bytesDone, done >= 0 else { return [] }
    guard let total = progress.bytesTotal, total > 0 else { return [megabytes(done) + " MB"] }
    return ["\(megabytes(done)) of \(megabytes(total)) MB"]
  }

  private static func megabytes(_ bytes: Int64) -> String {
    let tenths = bytes / 100_000
    return "\(grouped(tenths / 10)).\(tenths % 10)"
  }

  /// The share, rounded down, so that it is 100 % only at the end.
  private static func percent(_ progress: Progress) -> String? {
    progress.share.map { "\(Int(($0 * 100).rounded(.down))) %" }
  }

  private static func pace(_ progress: Progress) -> [String] {
    var parts: [String] = []
    if let rate = progress.rate, rate.isFinite, (0...1e15).contains(rate) {
      parts.append(rate < 10 ? "\((rate * 10).rounded() / 10)/s" : grouped(Int64(rate.rounded())) + "/s")
    }
    if let left = progress.secondsLeft, left.isFinite, (0...3e9).contains(left) {
      parts.append(DurationText.rough(.seconds(Int64(left.rounded(.up)))) + " left")
    }
    return parts
  }

  /// Formats `1234567` as `1,234,567`.
  static func grouped(_ number: Int64) -> String {
    let digits = Array(String(number.magnitude))
    var result = number < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }
}
