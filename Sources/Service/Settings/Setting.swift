/// One key of the configuration: the only place that defines its type, default, bounds and meaning. Parsing,
/// errors, `etc/mediasyncd.toml` and `docs/configuration.md` all come from it.
package struct Setting: Sendable {
  /// The value of a setting that no source sets.
  package enum Default: Sendable, Equatable {
    /// None: the daemon cannot run without the setting.
    case required
    /// None: the setting is optional.
    case unset
    /// A text, read as if it were in the file.
    case text(String)
    /// Computed from the environment. The text explains how, for people.
    case computed(String)
  }

  /// The section, `hub`.
  package let section: String
  /// The key inside the section, `token_file`.
  package let key: String
  /// The type and the accepted values.
  package let kind: SettingKind
  /// The default.
  package let standard: Default
  /// A value for the annotated example file, if there is no default to show.
  package let example: String?
  /// What the setting does: whole sentences, without line breaks.
  package let help: String

  /// - Parameter name: the dotted name, such as `hub.token_file`.
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

  /// The dotted name, such as `hub.token_file`.
  package var name: String { section + "." + key }

  /// The environment variable, such as `MEDIASYNC_HUB_TOKEN_FILE`.
  package var environmentName: String { Self.environmentPrefix + (section + "_" + key).uppercased() }

  /// The prefix of mediasync's environment variables.
  package static let environmentPrefix = "MEDIASYNC_"

  /// Returns the setting with a dotted name; `nil` if there is none.
  package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }

  /// The sections in the order of the table.
  package static let sections: [String] = all.reduce(into: []) { sections, setting in
    if sections.last != setting.section { sections.append(setting.section) }
  }
}
