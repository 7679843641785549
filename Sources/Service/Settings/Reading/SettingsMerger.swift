/// Collects the settings from one source after the other. A later source overrides an earlier one.
struct SettingsMerger {
  /// The values so far, by dotted name.
  private var found: [String: (value: SettingValue, origin: Origin)] = [:]
  /// The problems so far.
  private(set) var problems: [SettingsProblem] = []
  /// Settings with a refused value. They are not reported as missing too.
  private var refused: Set<String> = []
  private let environment: [String: String]
  private let workingDirectory: String

  init(environment: [String: String], workingDirectory: String) {
    self.environment = environment
    self.workingDirectory = workingDirectory
  }

  /// Every setting of the table with its value and origin.
  var entries: [LoadedSettings.Entry] {
    Setting.all.map { setting in
      let entry = found[setting.name]
      return .init(setting: setting, value: entry?.value, origin: entry?.origin ?? .standard)
    }
  }

  /// Adds the first file that exists and returns its path.
  mutating func addFile(of places: ConfigurationSearchPath, read: (String) -> TextFile) -> String? {
    for path in places.paths {
      switch read(path) {
      case .text(let text, _):
        addFile(text, path: path)
        return path
      case .unusable(let reason):
        problems.append(SettingsProblem(.file(path: path, line: 0), key: nil, reason))
        return path
      case .unreachable(let reason):
        // systemd may hide the home folder from a service (ProtectHome=). Skip the default places then.
        guard places.isNamed else { continue }
        problems.append(SettingsProblem(.file(path: path, line: 0), key: nil, reason))
        return path
      case .missing:
        guard places.isNamed else { continue }
        let message = "no such file; give --config an existing file, or omit it"
        problems.append(SettingsProblem(.file(path: path, line: 0), key: nil, message))
      }
    }
    return nil
  }

  private mutating func addFile(_ text: String, path: String) {
    let file: ConfigurationFile
    do {
      file = try ConfigurationFile(text: text, path: path)
    } catch {
      problems += error.problems
      refused.formUnion(Setting.all.map(\.name))
      return
    }
    let reader = ValueReader(folder: PathText.folder(of: path), home: environment["HOME"])
    for leaf in file.leaves {
      let origin = Origin.file(path: path, line: leaf.line)
      guard let setting = Setting.named(leaf.name) else {
        problems.append(Self.unknown(leaf, origin))
        continue
      }
      if case .secret(let fileKey) = setting.kind {
        refuse(
          setting, origin,
          """
          a secret must not be in this file. Put it into a separate file (chmod 600) and set \
          \(setting.section).\(fileKey) to its path
          """)
        continue
      }
      add(setting, origin) { () throws(ValueRefusal) in try reader.read(leaf.value, as: setting) }
    }
  }

  private static func unknown(_ leaf: ConfigurationFile.Leaf, _ origin: Origin) -> SettingsProblem {
    if leaf.value == .other(typeName: "table") || Setting.sections.contains(leaf.name) {
      if Setting.sections.contains(leaf.name) {
        return SettingsProblem(
          origin, key: leaf.name, "is a section: write [\(leaf.name)] and its keys on the lines below")
      }
      let nearest = NearestName.of(leaf.name, among: Setting.sections) ?? ""
      return SettingsProblem(origin, key: leaf.name, "unknown section; did you mean [\(nearest)]?")
    }
    let candidates = Setting.all.filter { !$0.kind.isSecret }
    let names = leaf.name.contains(".") ? candidates.map(\.name) : candidates.map(\.key)
    let nearest = NearestName.of(leaf.name, among: names)
    let setting = candidates.first { $0.name == nearest || $0.key == nearest }
    return SettingsProblem(origin, key: leaf.name, "unknown key; did you mean \(setting?.name ?? "")?")
  }

  /// Adds the environment. A variable with the prefix of one of our sections must be a setting's. A variable
  /// whose name is nearly a setting's is an error too. An empty value counts as not set.
  mutating func addEnvironment() {
    let names = Setting.all.map(\.environmentName)
    let reader = ValueReader(folder: workingDirectory, home: environment["HOME"])
    let variables = environment.filter { $0.key.hasPrefix(Setting.environmentPrefix) }
    for (name, text) in variables.sorted(by: { $0.key < $1.key }) {
      let origin = Origin.environment(name: name)
      if let setting = Setting.all.first(where: { $0.environmentName == name }) {
        guard !text.isEmpty else { continue }
        add(setting, origin) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
      } else if let nearest = NearestName.of(name, among: names),
        Self.isOfOurSections(name) || NearestName.distance(name, nearest) <= 2
      {
        problems.append(SettingsProblem(origin, key: nil, "unknown variable; did you mean \(nearest)?"))
      }
    }
  }

  private static func isOfOurSections(_ name: String) -> Bool {
    Setting.sections.contains { name.hasPrefix(Setting.environmentPrefix + $0.uppercased() + "_") }
  }

  /// Adds the flags of the command line, by dotted name.
  mutating func addFlags(_ flags: [String: String]) {
    let reader = ValueReader(folder: workingDirectory, home: environment["HOME"])
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      guard let setting = Setting.named(name), !setting.kind.isSecret else {
        let nearest = NearestName.of(name, among: Setting.all.filter { !$0.kind.isSecret }.map(\.name))
        problems.append(
          SettingsProblem(.flag, key: name, "is not a flag; did you mean \(nearest ?? "")?"))
        continue
      }
      add(setting, .flag) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
    }
  }

  /// Adds the defaults of settings that have no value yet.
  mutating func addStandards() {
    let reader = ValueReader(folder: "/", home: nil)
    for setting in Setting.all where found[setting.name] == nil && !refused.contains(setting.name) {
      let text: String?
      switch setting.standard {
      case .required, .unset: text = nil
      case .text(let standard): text = standard
      case .computed: text = StandardSocket.path(environment)
      }
      guard let text else { continue }
      add(setting, .standard) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
    }
  }

  /// Reports required settings that have no value.
  mutating func checkRequired(places: ConfigurationSearchPath, file: String?) {
    for setting in Setting.all where setting.standard == .required {
      guard found[setting.name] == nil, !refused.contains(setting.name) else { continue }
      let inFile =
        if let file { "in \(file)" } else { "in \(places.paths.joined(separator: " or ")) (not found)" }
      let message = """
        is not set. Set \(setting.key) under [\(setting.section)] \(inFile), or the variable \
        \(setting.environmentName)
        """
      problems.append(SettingsProblem(nil, key: setting.name, message))
    }
  }

  /// Reports settings that contradict each other.
  mutating func checkTogether() {
    if let initial = found["backoff.initial"], let longest = found["backoff.max"],
      case .duration(let first) = initial.value, case .duration(let last) = longest.value, first > last
    {
      let culprit = initial.origin == .standard ? longest.origin : initial.origin
      let message = """
        is \(DurationText.format(first)), longer than backoff.max (\(DurationText.format(last))); \
        lower backoff.initial or raise backoff.max
        """
      problems.append(SettingsProblem(culprit, key: "backoff.initial", message))
    }
    checkPair("hub.client_cert", "hub.client_key")
    checkPair("hub.client_key", "hub.client_cert")
  }

  private mutating func checkPair(_ name: String, _ other: String) {
    guard let entry = found[name], found[other] == nil, !refused.contains(other) else { return }
    problems.append(SettingsProblem(entry.origin, key: name, "needs \(other) as well"))
  }

  private mutating func add(
    _ setting: Setting, _ origin: Origin, _ read: () throws(ValueRefusal) -> SettingValue
  ) {
    do {
      found[setting.name] = (try read(), origin)
    } catch {
      refuse(setting, origin, error.message)
    }
  }

  private mutating func refuse(_ setting: Setting, _ origin: Origin, _ message: String) {
    refused.insert(setting.name)
    problems.append(SettingsProblem(origin, key: setting.name, message))
  }
}

/// The default path of the control socket.
enum StandardSocket {
  /// The path in `RUNTIME_DIRECTORY`, which systemd sets for a service; else in `XDG_RUNTIME_DIR`; else in
  /// /run.
  static func path(_ environment: [String: String]) -> String {
    if let folder = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first, folder.hasPrefix("/") {
      return PathText.joined(String(folder), "control.sock")
    }
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      return PathText.joined(folder, "mediasync/control.sock")
    }
    return "/run/mediasync/control.sock"
  }
}
