import Glibc

/// Loads the settings. Flags override the environment, which overrides the file, which overrides the
/// defaults. The loader reads everything before it fails, so that its error has all problems.
package enum SettingsLoader {
  /// Loads the configuration.
  /// - Parameters:
  ///   - flags: the flags of the command line, by dotted name (`hub.url`).
  ///   - environment: the process's environment.
  ///   - configPath: the file that `--config` names, which must exist. If `nil`, the loader tries the default
  ///     places and needs no file.
  ///   - workingDirectory: the start of relative paths in flags and variables.
  ///   - read: reads a file; tests replace it.
  /// - Throws: `SettingsError` with every problem.
  package static func load(
    flags: [String: String] = [:], environment: [String: String], configPath: String? = nil,
    workingDirectory: String = currentDirectory(), read: (String) -> TextFile = { TextFile.read($0) }
  ) throws(SettingsError) -> LoadedSettings {
    var merger = SettingsMerger(environment: environment, workingDirectory: workingDirectory)
    let places = ConfigurationSearchPath(
      configPath: configPath, environment: environment, workingDirectory: workingDirectory)
    let file = merger.addFile(of: places, read: read)
    merger.addEnvironment()
    merger.addFlags(flags)
    merger.addStandards()
    merger.checkRequired(places: places, file: file)
    merger.checkTogether()
    guard merger.problems.isEmpty else { throw SettingsError(merger.problems) }
    return LoadedSettings(file: file, entries: merger.entries)
  }

  /// Returns the process's working directory, or `/` if it is unknown.
  package static func currentDirectory() -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return "/" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The places of the configuration file.
struct ConfigurationSearchPath {
  /// The paths to try. The first file that exists is used.
  let paths: [String]
  /// Whether `--config` named the file, so that it must exist.
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
