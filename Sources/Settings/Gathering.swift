/// The settings while they are being put together: each source is added in turn, a later one wins.
struct Gathering {
  /// What is known so far, by dotted name.
  private var found: [String: (value: SettingValue, origin: Origin)] = [:]
  /// What is wrong so far.
  private(set) var problems: [SettingsProblem] = []
  /// Settings that were given a value which was refused: they are not missing as well.
  private var refused: Set<String> = []
  private let environment: [String: String]
  private let workingDirectory: String

  init(environment: [String: String], workingDirectory: String) {
    self.environment = environment
    self.workingDirectory = workingDirectory
  }

  /// Every setting of the table with what it says.
  var entries: [LoadedSettings.Entry] {
    Setting.all.map { setting in
      let entry = found[setting.name]
      return .init(setting: setting, value: entry?.value, origin: entry?.origin ?? .standard)
    }
  }

  /// Adds the first file that is there; gives its path.
  mutating func addFile(of places: ConfigurationPlaces, read: (String) -> TextFile) -> String? {
    for path in places.paths {
      switch read(path) {
      case .text(let text, _):
        addFile(text, path: path)
        return path
      case .unusable(let reason):
        problems.append(SettingsProblem(.file(path: path, line: 0), key: nil, reason))
        return path
      case .unreachable(let reason):
        // A service's home may be shut to it (ProtectHome=): the usual places are passed over then.
        guard places.isNamed else { continue }
        problems.append(SettingsProblem(.file(path: path, line: 0), key: nil, reason))
        return path
      case .missing:
        guard places.isNamed else { continue }
        let message = "there is no such file; give --config the path of one, or leave it out"
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
          a secret does not stand in this file. Put it into a file of its own (chmod 600) and name that: \
          \(setting.section).\(fileKey)
          """)
        continue
      }
      take(setting, origin) { () throws(ValueRefusal) in try reader.read(leaf.value, as: setting) }
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

  /// Adds the environment. A name of one of our sections that no setting has is an error, and so is one that
  /// is a slip away from a setting's; an empty value counts as not set.
  mutating func addEnvironment() {
    let names = Setting.all.map(\.environmentName)
    let reader = ValueReader(folder: workingDirectory, home: environment["HOME"])
    let variables = environment.filter { $0.key.hasPrefix(Setting.environmentPrefix) }
    for (name, text) in variables.sorted(by: { $0.key < $1.key }) {
      let origin = Origin.environment(name: name)
      if let setting = Setting.all.first(where: { $0.environmentName == name }) {
        guard !text.isEmpty else { continue }
        take(setting, origin) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
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

  /// Adds the command line.
  mutating func addFlags(_ flags: [String: String]) {
    let reader = ValueReader(folder: workingDirectory, home: environment["HOME"])
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      guard let setting = Setting.named(name), !setting.kind.isSecret else {
        let nearest = NearestName.of(name, among: Setting.all.filter { !$0.kind.isSecret }.map(\.name))
        problems.append(
          SettingsProblem(.flag, key: name, "cannot be a flag; did you mean \(nearest ?? "")?"))
        continue
      }
      take(setting, .flag) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
    }
  }

  /// Fills in the defaults.
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
      take(setting, .standard) { () throws(ValueRefusal) in try reader.read(untyped: text, as: setting) }
    }
  }

  /// Complains about what is required and not there.
  mutating func checkRequired(places: ConfigurationPlaces, file: String?) {
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

  /// Complains about what does not fit together.
  mutating func checkTogether() {
    if let initial = found["backoff.initial"], let longest = found["backoff.max"],
      case .duration(let first) = initial.value, case .duration(let last) = longest.value, first > last
    {
      let culprit = initial.origin == .standard ? longest.origin : initial.origin
      let message = """
        is \(DurationText.format(first)), longer than backoff.max (\(DurationText.format(last))); \
        expected backoff.initial to be at most backoff.max
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

  private mutating func take(
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

/// Where the control socket stands when nobody says.
enum StandardSocket {
  /// In the folder that systemd made for the service, else in the session's, else in /run.
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
