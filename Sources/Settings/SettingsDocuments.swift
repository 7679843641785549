/// The texts that are made from the table: the annotated example and the reference page. A test holds the
/// files in `etc/` and `docs/` to them.
package enum SettingsDocuments {
  /// `etc/mediasyncd.toml`: every key, commented out, with its default.
  package static func exampleFile() -> String {
    var text = """
      # The configuration of mediasyncd: /etc/mediasync/mediasyncd.toml, or
      # ~/.config/mediasync/mediasyncd.toml for a daemon of one's own.
      #
      # Every key stands here with its default, commented out. Two have none and must be set:
      # library.database and hub.url. Every key can also be given as an environment variable.
      # What is said on the command line counts before the environment, that before this file.
      # `mediasyncd check-config` shows what counts in the end, and why.
      #
      # Durations: \(DurationText.examples). Sizes: \(SizeText.examples).

      """
    for section in Setting.sections {
      text += "\n[\(section)]\n"
      for setting in Setting.all where setting.section == section && !setting.kind.isSecret {
        text += "\n" + wrapped(setting.help, prefix: "# ")
        text += wrapped(exampleNote(setting), prefix: "# ")
        text += "#\(setting.key) = \(exampleValue(setting))\n"
      }
    }
    return text
  }

  private static func exampleNote(_ setting: Setting) -> String {
    let origin =
      switch setting.standard {
      case .required: "Required."
      case .unset: "Not set by default."
      case .text: ""
      case .computed(let how): "Default: \(how)."
      }
    let parts = [capitalized(setting.kind.accepted) + ".", origin, "Variable: \(setting.environmentName)."]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func exampleValue(_ setting: Setting) -> String {
    if case .text(let standard) = setting.standard {
      if case .count = setting.kind { return standard }
      if case .share = setting.kind { return standard }
      return SettingValue.quoted(standard)
    }
    return SettingValue.quoted(setting.example ?? "")
  }

  /// `docs/configuration.md`: what the file says, and every key.
  package static func referencePage() -> String {
    var text = referenceIntroduction
    for section in Setting.sections {
      text += "\n## [\(section)]\n"
      for setting in Setting.all where setting.section == section {
        text += "\n### `\(setting.name)`\n\n\(setting.help)\n\n"
        text += "- Accepts: \(setting.kind.accepted)\n"
        text += "- Default: \(standardForPeople(setting))\n"
        text += "- Variable: `\(setting.environmentName)`\n"
        if case .secret(let fileKey) = setting.kind {
          text += "- In a file it is an error; name a file with `\(section).\(fileKey)` instead\n"
        }
      }
    }
    return text
  }

  private static func standardForPeople(_ setting: Setting) -> String {
    switch setting.standard {
    case .required: "none; it must be set"
    case .unset: "not set"
    case .text(let standard): "`\(standard)`"
    case .computed(let how): how
    }
  }

  private static let referenceIntroduction = """
    # Configuration of mediasyncd

    This page and `etc/mediasyncd.toml` are made from the table in `Sources/Settings/SettingsTable.swift` \
    (`make docs`); a test fails when they differ.

    ## Where it is read from

    1. The file that `--config` names; it must be there.
    2. Else `$XDG_CONFIG_HOME/mediasync/mediasyncd.toml` (`~/.config/mediasync/mediasyncd.toml` where \
    `XDG_CONFIG_HOME` is not set).
    3. Else `/etc/mediasync/mediasyncd.toml`.

    No file at all is fine when the environment says what is required. For every key, the command line counts \
    before the environment, the environment before the file, the file before the default. A variable that is \
    set to nothing counts as not set. `mediasyncd check-config` prints the outcome with the origin of every \
    value.

    A relative path starts from the folder of the configuration file, on the command line and in the \
    environment from the working directory.

    - Durations are written \(DurationText.examples). A number without a unit is an error.
    - Sizes are written \(SizeText.examples). `KiB` counts by 1024, `KB` by 1000.

    An unknown key, a wrong type or an impossible value stops the daemon with exit status 78. The error names \
    the file, the line, the key and the nearest known key, and all errors are shown at once.

    ## Secrets

    The token and the API key are looked for in this order: the file that `hub.token_file` or \
    `hub.api_key_file` names; the systemd credential `token` or `api_key` (`LoadCredential=`, read from \
    `$CREDENTIALS_DIRECTORY`); the environment. A secret file that its group or others can read is refused \
    (`chmod 600`). Secrets never show in logs, status or errors.

    """

  /// Breaks a paragraph into lines of at most 100 bytes.
  private static func wrapped(_ paragraph: String, prefix: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, prefix.utf8.count + line.utf8.count + 1 + word.utf8.count > 100 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.map { prefix + $0 + "\n" }.joined()
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
