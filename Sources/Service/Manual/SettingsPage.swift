import Settings

/// The manual page of the configuration file, generated from the table of settings.
package enum SettingsPage {
  /// The page's mdoc text, for section 5 of the manual.
  package static var text: String {
    var roff = Roff()
    PageHead.write("mediasyncd.toml", 5, abstract: "configuration of mediasyncd", into: &roff)
    roff.macro("Sh DESCRIPTION")
    roff.prose(
      "The configuration of mediasyncd is a TOML file. The daemon reads the file that --config names, else "
        + "`$XDG_CONFIG_HOME/mediasync/mediasyncd.toml` (`~/.config` if the variable is not set), else "
        + "`/etc/mediasync/mediasyncd.toml`. The command line overrides the environment, which overrides the file, "
        + "which overrides the defaults.")
    roff.macro("Pp")
    roff.prose(
      "Write durations as `250ms`, `30s`, `15m`, `2h` or `7d`, and sizes as `64KiB` or `5MB`. A relative path starts "
        + "from the file's folder. An unknown key, a wrong type or an invalid value stops the daemon with status 78; it "
        + "reports all errors at once. `mediasyncd check-config` shows the effective settings and where they come from."
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
      roff.prose("Not allowed in the configuration file; use `\(setting.section).\(fileKey)` there.")
      return
    }
    roff.macro("It Ic \(Roff.literal(setting.key)) = Ar \(kind)")
    roff.prose(setting.help)
    roff.prose(setting.kind.accepted.prefix(1).uppercased() + setting.kind.accepted.dropFirst() + ".")
    switch setting.standard {
    case .required: roff.prose("You must set it.")
    case .unset: roff.prose("Not set by default.")
    case .text(let standard): roff.prose("Default: `\(standard)`.")
    case .computed(let how): roff.prose("Default: \(how).")
    }
  }
}
