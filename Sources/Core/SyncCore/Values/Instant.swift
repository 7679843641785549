/// A point in time, in milliseconds since 1970-01-01T00:00:00Z. Reads and writes the ISO 8601 text that the
/// application stores (`2023-10-27T10:30:00.123Z`). Compares as a time, never as text (docs/protocol.md §2).
package struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Milliseconds since the epoch, UTC.
  package let milliseconds: Int64

  /// Takes milliseconds since the epoch, UTC.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier instants come first.
  package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

  /// The instant `duration` later.
  package static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds + duration.wholeMilliseconds)
  }

  /// The instant `duration` earlier.
  package static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds - duration.wholeMilliseconds)
  }

  /// How long after `earlier` this instant is.
  package func since(_ earlier: Instant) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }

  /// The text as the application writes it: UTC, milliseconds, `Z`.
  package var description: String {
    let (day, timeOfDay) = milliseconds.quotientAndRemainderRoundingDown(dividingBy: 86_400_000)
    let (year, month, dayOfMonth) = CivilDate.fromDays(day)
    let seconds = timeOfDay / 1000
    return CivilDate.padded(year, 4) + "-" + CivilDate.padded(month, 2) + "-"
      + CivilDate.padded(dayOfMonth, 2)
      + "T" + CivilDate.padded(seconds / 3600, 2) + ":" + CivilDate.padded(seconds / 60 % 60, 2)
      + ":" + CivilDate.padded(seconds % 60, 2) + "." + CivilDate.padded(timeOfDay % 1000, 3) + "Z"
  }

  /// Reads `2023-10-27T10:30:00.123Z`, with a space for the `T`, any number of decimals, an offset such as
  /// `+02:00`, or no zone at all (then UTC). Returns `nil` for any other text.
  package init?(_ text: String) {
    var scanner = DigitScanner(text.utf8)
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
      scanner.skip("-"), let day = scanner.number(digits: 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var milliseconds = CivilDate.days(year: year, month: month, day: day) * 86_400_000
    if scanner.skip("T") || scanner.skip("t") || scanner.skip(" ") {
      guard let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2),
        hour < 24, minute < 60
      else { return nil }
      let second = scanner.skip(":") ? scanner.number(digits: 2) : 0
      guard let second, second < 61 else { return nil }
      milliseconds += ((hour * 60 + minute) * 60 + second) * 1000
      if scanner.skip(".") || scanner.skip(",") {
        guard let fraction = scanner.milliseconds() else { return nil }
        milliseconds += fraction
      }
      guard let offset = scanner.offsetMinutes() else { return nil }
      milliseconds -= offset * 60_000
    }
    guard scanner.isAtEnd else { return nil }
    self.milliseconds = milliseconds
  }
}

extension Duration {
  /// The duration in whole milliseconds, rounded down.
  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

extension Int64 {
  fileprivate func quotientAndRemainderRoundingDown(dividingBy divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// The proleptic Gregorian calendar in days, after Howard Hinnant's `days_from_civil`.
private enum CivilDate {
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func fromDays(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// Reads the digits and separators of a timestamp.
private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String.UTF8View) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<digits {
      guard let digit = rest.first, (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 0x30)
      rest.removeFirst()
    }
    return value
  }

  mutating func milliseconds() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while let digit = rest.first, (0x30...0x39).contains(digit) {
      if count < 3 { value = value * 10 + Int64(digit - 0x30) }
      count += 1
      rest.removeFirst()
    }
    guard count > 0 else { return nil }
    return count == 1 ? value * 100 : count == 2 ? value * 10 : value
  }

  mutating func offsetMinutes() -> Int64? {
    if isAtEnd || skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("-") ? -1 : 1
    if sign == 1, !skip("+") { return nil }
    guard let hours = number(digits: 2) else { return nil }
    _ = skip(":")
    return sign * (hours * 60 + (isAtEnd ? 0 : number(digits: 2) ?? 0))
  }
}
