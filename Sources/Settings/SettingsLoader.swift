import Glibc

/// Puts the settings together: flag over environment over file over default. It reads everything before it
/// complains, so that one look shows all that is wrong.
package enum SettingsLoader {
  /// Loads the configuration.
  /// - Parameters:
  ///   - flags: what the command line says, by dotted name (`hub.url`).
  ///   - environment: the process's environment.
  ///   - configPath: the file that `--config` names; it must be there. Without it the usual places are tried,
  ///     and the environment alone is enough.
  ///   - workingDirectory: where relative paths of flags and variables start from.
  ///   - read: how a file is read; a test gives its own.
  package static func load(
    flags: [String: String] = [:], environment: [String: String], configPath: String? = nil,
    workingDirectory: String = currentDirectory(), read: (String) -> TextFile = { TextFile.read($0) }
  ) throws(SettingsError) -> LoadedSettings {
    var gathering = Gathering(environment: environment, workingDirectory: workingDirectory)
    let places = ConfigurationPlaces(
      configPath: configPath, environment: environment, workingDirectory: workingDirectory)
    let file = gathering.addFile(of: places, read: read)
    gathering.addEnvironment()
    gathering.addFlags(flags)
    gathering.addStandards()
    gathering.checkRequired(places: places, file: file)
    gathering.checkTogether()
    guard gathering.problems.isEmpty else { throw SettingsError(gathering.problems) }
    return LoadedSettings(file: file, entries: gathering.entries)
  }

  /// The folder that the process was started in.
  package static func currentDirectory() -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return "/" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Where a configuration file may stand.
struct ConfigurationPlaces {
  /// The paths, the first that is there counts.
  let paths: [String]
  /// Whether somebody named the file, so that it must be there.
  let isNamed: Bool

  init(configPath: String?, environment: [String: String], workingDirectory: String) {
    isNamed = configPath != nil
    if let configPath {
      paths = [configPath.hasPrefix("/") ? configPath : PathText.joined(workingDirectory, configPath)]
      return
    }
    let file = "mediasync/mediasyncd.toml"
    var paths: [String] = []
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      paths.append(PathText.joined(folder, file))
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      paths.append(PathText.joined(home, ".config/" + file))
    }
    self.paths = paths + ["/etc/" + file]
  }
}
