/// One key of the configuration: the only place that knows its type, default, bounds and meaning. Parsing,
/// errors, `etc/mediasyncd.toml` and `docs/configuration.md` all come from it (design.md §3).
package struct Setting: Sendable {
  /// What a setting says when nobody has said anything.
  package enum Default: Sendable, Equatable {
    /// Nothing: the daemon cannot run without it.
    case required
    /// Nothing: the daemon does without it.
    case unset
    /// A text, read as if it stood in the file.
    case text(String)
    /// Worked out from the surroundings; the text says how, for people.
    case computed(String)
  }

  /// The section, `hub`.
  package let section: String
  /// The key inside the section, `token_file`.
  package let key: String
  /// What its value is and which values are accepted.
  package let kind: SettingKind
  /// What it says by default.
  package let standard: Default
  /// A value for the annotated example where there is no default that could be shown.
  package let example: String?
  /// What it is for: whole sentences, without line breaks.
  package let help: String

  /// Takes a setting's dotted name (`hub.token_file`) and everything there is to know about it.
  package init(
    _ name: String, _ kind: SettingKind, default standard: Default, example: String? = nil, help: String
  ) {
    let parts = name.split(separator: ".")
    precondition(parts.count == 2, "a setting is named section.key")
    self.section = String(parts[0])
    self.key = String(parts[1])
    self.kind = kind
    self.standard = standard
    self.example = example
    self.help = help
  }

  /// The dotted name, `hub.token_file`.
  package var name: String { section + "." + key }

  /// The environment variable, `MEDIASYNC_HUB_TOKEN_FILE`.
  package var environmentName: String { Self.environmentPrefix + (section + "_" + key).uppercased() }

  /// What every environment variable of ours begins with.
  package static let environmentPrefix = "MEDIASYNC_"

  /// The setting with a dotted name.
  package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }

  /// The sections in the order of the table.
  package static let sections: [String] = all.reduce(into: []) { sections, setting in
    if sections.last != setting.section { sections.append(setting.section) }
  }
}
