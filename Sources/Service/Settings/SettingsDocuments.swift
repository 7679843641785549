/// The texts generated from the table of settings: the annotated example and the reference page. A test
/// checks that the files in `etc/` and `docs/` match.
package enum SettingsDocuments {
  /// `etc/mediasyncd.toml`: every key, commented out, with its default.
  package static func exampleFile() -> String {
    var text = """
      # The configuration of mediasyncd: /etc/mediasync/mediasyncd.toml, or
      # ~/.config/mediasync/mediasyncd.toml for a user's own daemon.
      #
      # All keys are listed with their defaults, commented out. You must set two of them:
      # library.database and hub.url. You can also set every key as an environment variable.
      # The command line overrides the environment, which overrides this file.
      # `mediasyncd check-config` shows the effective values and where they come from.
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

  /// `docs/configuration.md`: where settings come from, and every key.
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
          text += "- Not allowed in the configuration file; use `\(section).\(fileKey)` there\n"
        }
      }
    }
    return text
  }

  private static func standardForPeople(_ setting: Setting) -> String {
    switch setting.standard {
    case .required: "none; you must set it"
    case .unset: "not set"
    case .text(let standard): "`\(standard)`"
    case .computed(let how): how
    }
  }

  private static let referenceIntroduction = """
    # Configuration of mediasyncd

    `make docs` generates this page and `etc/mediasyncd.toml` from the table in \
    `Sources/Service/Settings/SettingsTable.swift`; a test fails if they differ.

    ## Where it is read from

    The daemon reads the first of these files that exists:

    1. The file that `--config` names. If it does not exist, that is an error.
    2. `$XDG_CONFIG_HOME/mediasync/mediasyncd.toml`, or `~/.config/mediasync/mediasyncd.toml` if \
    `XDG_CONFIG_HOME` is not set.
    3. `/etc/mediasync/mediasyncd.toml`.

    The daemon needs no file if the environment has the required settings. For every key, the command line \
    overrides the environment, the environment overrides the file, and the file overrides the default. An empty \
    variable counts as not set. `mediasyncd check-config` prints the effective values and the origin of each.

    A relative path in the configuration file starts from the file's folder. A relative path on the command line \
    or in the environment starts from the working directory.

    - Durations: \(DurationText.examples). A number without a unit is an error.
    - Sizes: \(SizeText.examples). `KiB` is 1024 bytes, `KB` is 1000.

    An unknown key, a wrong type or an invalid value stops the daemon with exit status 78. The error names the \
    file, the line, the key and the nearest known key. The daemon reports all errors at once.

    ## Secrets

    The daemon looks for the token and the API key in this order: the file that `hub.token_file` or \
    `hub.api_key_file` names; the systemd credential `token` or `api_key` (`LoadCredential=`, read from \
    `$CREDENTIALS_DIRECTORY`); the environment. It refuses a secret file to which the group or others have \
    access (`chmod 600`). Secrets never appear in logs, status or errors.

    """

  /// Breaks a paragraph into lines of at most 100 bytes, each with the prefix.
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
