import ArgumentParser

/// A period on the command line: a whole number followed by `d`, `h`, `m` or `s`, or `never`.
struct RetentionPeriod: ExpressibleByArgument {
  /// The period; `nil` for `never`.
  var duration: Duration?
  private var text: String

  /// Ninety days: longer than most devices stay switched off.
  static let standard = RetentionPeriod(duration: .seconds(90 * 86_400), text: "90d")
  /// The longest accepted period, in seconds.
  private static let secondsMax: Int64 = 36_500 * 86_400

  private init(duration: Duration?, text: String) {
    self.duration = duration
    self.text = text
  }

  init?(argument: String) {
    if argument == "never" {
      self.init(duration: nil, text: argument)
      return
    }
    let units: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = Int64(argument.dropLast()),
      number > 0,
      number <= Self.secondsMax / unit
    else { return nil }
    self.init(duration: .seconds(number * unit), text: argument)
  }

  var defaultValueDescription: String { text }
}
