/// The effective configuration: every setting with its value and the value's origin.
package struct LoadedSettings: Sendable, Equatable {
  /// A setting with its value and origin.
  package struct Entry: Sendable, Equatable {
    /// The setting.
    package let setting: Setting
    /// Its value; `nil` if it is not set.
    package let value: SettingValue?
    /// The source of the value.
    package let origin: Origin

    /// Compares the setting's name, the value and the origin.
    package static func == (left: Entry, right: Entry) -> Bool {
      (left.setting.name, left.value, left.origin) == (right.setting.name, right.value, right.origin)
    }
  }

  /// The configuration file that was read, if any.
  package let file: String?
  /// Every setting, in the order of the table.
  package let entries: [Entry]
  /// The values, typed.
  package let settings: DaemonSettings

  /// - Parameter entries: every setting of the table, in its order, already checked.
  init(file: String?, entries: [Entry]) {
    self.file = file
    self.entries = entries
    self.settings = DaemonSettings(ValuesByName(entries))
  }

  /// The entry with a dotted name.
  package subscript(_ name: String) -> Entry? { entries.first { $0.setting.name == name } }

  /// Returns the names of settings whose value differs in `other`, in the order of the table.
  package func names(differingFrom other: LoadedSettings) -> [String] {
    entries.filter { other[$0.setting.name]?.value != $0.value }.map(\.setting.name)
  }

  /// Returns the output of `mediasyncd check-config`: one line of TOML for every setting, with the value's
  /// origin as a comment. A secret is printed as `(set)`.
  package func report() -> String {
    let rows = entries.map { entry in
      guard let value = entry.value else { return ("# \(entry.setting.name) is not set", entry.origin) }
      return ("\(entry.setting.name) = \(value.toml)", entry.origin)
    }
    let width = min(60, rows.map { $0.0.count }.max() ?? 0)
    let lines = rows.map { text, origin in
      text + String(repeating: " ", count: max(0, width - text.count)) + "   # \(origin)\n"
    }
    return lines.joined()
  }
}

/// Typed access to checked settings. A name or type that the table does not have is a programming error in
/// this module and stops the process.
struct ValuesByName {
  private let values: [String: SettingValue]

  init(_ entries: [LoadedSettings.Entry]) {
    values = entries.reduce(into: [:]) { $0[$1.setting.name] = $1.value }
  }

  func text(_ name: String) -> String {
    guard case .text(let text) = values[name] else { preconditionFailure("\(name) is a text") }
    return text
  }

  func optionalText(_ name: String) -> String? { values[name] == nil ? nil : text(name) }

  func optionalDuration(_ name: String) -> Duration? { values[name] == nil ? nil : duration(name) }

  func duration(_ name: String) -> Duration {
    guard case .duration(let duration) = values[name] else { preconditionFailure("\(name) is a duration") }
    return duration
  }

  func number(_ name: String) -> Int {
    switch values[name] {
    case .count(let number), .size(let number): return number
    default: preconditionFailure("\(name) is a number")
    }
  }

  func share(_ name: String) -> Double {
    guard case .share(let share) = values[name] else { preconditionFailure("\(name) is a share") }
    return share
  }

  func optionalSecret(_ name: String) -> Secret? {
    if case .secret(let secret) = values[name] { secret } else { nil }
  }

  func word<Word: RawRepresentable<String>>(_ name: String) -> Word {
    guard let word = Word(rawValue: text(name)) else { preconditionFailure("\(name) is a known word") }
    return word
  }
}
