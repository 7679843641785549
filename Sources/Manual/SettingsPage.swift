import Settings

/// The manual page of the configuration file, from the table of settings.
package enum SettingsPage {
  /// The page's text; its section of the manual is 5.
  package static var text: String {
    var roff = Roff()
    PageHead.write("mediasyncd.toml", 5, abstract: "configuration of mediasyncd", into: &roff)
    roff.macro("Sh DESCRIPTION")
    roff.prose(
      "The configuration of mediasyncd is a TOML file. The file that --config names is read, else "
        + "`$XDG_CONFIG_HOME/mediasync/mediasyncd.toml` (`~/.config` where the variable is not set), else "
        + "`/etc/mediasync/mediasyncd.toml`. What stands on the command line counts before the environment, that before "
        + "the file, and the file before the default.")
    roff.macro("Pp")
    roff.prose(
      "Durations are written like `250ms`, `30s`, `15m`, `2h`, `7d`. Sizes are written like `64KiB`, `5MB`. A relative "
        + "path starts from the folder of the file. An unknown key, a wrong type or an impossible value ends the daemon "
        + "with status 78; every error is shown at once. `mediasyncd check-config` shows what counts and why."
    )
    for section in Setting.sections {
      roff.macro("Ss [\(section)]")
      roff.macro("Bl -tag -width Ds")
      for setting in Setting.all where setting.section == section { write(setting, &roff) }
      roff.macro("El")
    }
    roff.macro("Sh FILES")
    roff.macro("Bl -tag -width Ds")
    for path in ["/etc/mediasync/mediasyncd.toml", "~/.config/mediasync/mediasyncd.toml"] {
      roff.macro("It Pa " + Roff.literal(path))
    }
    roff.macro("El")
    roff.macro("Sh EXAMPLES")
    roff.macro("Bd -literal -offset indent")
    for line in [
      "[library]", "database = \"/srv/media/library.sqlite\"", "[hub]",
      "url = \"https://hub.example.org/sync\"",
    ] {
      roff.prose("`\(line)`")
    }
    roff.macro("Ed")
    PageHead.writeSeeAlso("mediasyncd.toml", into: &roff)
    return roff.text
  }

  private static func write(_ setting: Setting, _ roff: inout Roff) {
    let kind = Roff.literal(setting.kind.title)
    if case .secret(let fileKey) = setting.kind {
      roff.macro("It Ev \(setting.environmentName)")
      roff.prose(setting.help)
      roff.prose("In a file it is an error: name a file with `\(setting.section).\(fileKey)` instead.")
      return
    }
    roff.macro("It Ic \(Roff.literal(setting.key)) = Ar \(kind)")
    roff.prose(setting.help)
    roff.prose(setting.kind.accepted.prefix(1).uppercased() + setting.kind.accepted.dropFirst() + ".")
    switch setting.standard {
    case .required: roff.prose("It must be set.")
    case .unset: roff.prose("Not set by default.")
    case .text(let standard): roff.prose("Default: `\(standard)`.")
    case .computed(let how): roff.prose("Default: \(how).")
    }
  }
}
