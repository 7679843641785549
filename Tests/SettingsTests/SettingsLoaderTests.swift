import Settings
import Testing

struct SettingsLoaderTests {
  @Test func `a minimal file gets every default`() throws {
    let settings = try Sample.load(file: Sample.least).settings
    #expect(settings.library.database == "/srv/library.sqlite")
    #expect(settings.library.deviceID == nil)
    #expect(settings.hub.connectTimeout == .seconds(10))
    #expect(settings.hub.requestTimeout == .seconds(45))
    #expect(settings.hub.longPoll == .seconds(55))
    #expect(settings.sync.interval == .seconds(60))
    #expect(settings.sync.debounce == .milliseconds(250))
    #expect(settings.sync.batchChanges == 500)
    #expect(settings.sync.batchBytes == 1_048_576)
    #expect(settings.backoff.initial == .seconds(1))
    #expect(settings.backoff.max == nil)
    #expect(settings.controlSocket == "/run/mediasync/control.sock")
    #expect(settings.logLevel == .info)
    #expect(settings.logFormat == .auto)
  }

  @Test func `the environment alone is enough`() throws {
    let loaded = try Sample.load(
      file: nil,
      environment: [
        "MEDIASYNC_LIBRARY_DATABASE": "lib.sqlite", "MEDIASYNC_HUB_URL": "https://hub.example/sync/",
        "MEDIASYNC_SYNC_BATCH_CHANGES": "20", "MEDIASYNC_HUB_TOKEN": "s3cr3t", "MEDIASYNC_LOG_LEVEL": "",
      ])
    #expect(loaded.file == nil)
    #expect(loaded.settings.library.database == "/work/here/lib.sqlite")
    #expect(loaded.settings.hub.url == "https://hub.example/sync")
    #expect(loaded.settings.sync.batchChanges == 20)
    #expect(loaded.settings.hub.token?.text == "s3cr3t")
    #expect(loaded["log.level"]?.origin == .standard)
  }

  @Test func `a flag overrides the environment, that the file, and that the default`() throws {
    let file = Sample.least + "\n[sync]\ninterval = \"5s\"\ndebounce = \"1s\"\n[log]\nlevel = \"debug\"\n"
    let loaded = try Sample.load(
      file: file,
      environment: ["MEDIASYNC_SYNC_INTERVAL": "6s", "MEDIASYNC_SYNC_DEBOUNCE": "2s"],
      flags: ["sync.interval": "7s"])
    #expect(loaded["sync.interval"]?.value == .duration(.seconds(7)))
    #expect(loaded["sync.interval"]?.origin == .flag)
    #expect(loaded["sync.debounce"]?.value == .duration(.seconds(2)))
    #expect(loaded["sync.debounce"]?.origin == .environment(name: "MEDIASYNC_SYNC_DEBOUNCE"))
    #expect(loaded["log.level"]?.origin == .file(path: Sample.path, line: 9))
    #expect(loaded["log.format"]?.origin == .standard)
  }

  @Test(arguments: [
    (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/mediasync/mediasyncd.toml"),
    (["HOME": "/h"], "/h/.config/mediasync/mediasyncd.toml"),
    ([:], "/etc/mediasync/mediasyncd.toml"),
  ])
  func `the file is searched in the usual places`(environment: [String: String], path: String) throws {
    let loaded = try SettingsLoader.load(
      environment: environment, workingDirectory: "/",
      read: { $0 == path ? .text(Sample.least, mode: 0o644) : .missing })
    #expect(loaded.file == path)
  }

  @Test func `a file that is named must exist`() {
    let error = #expect(throws: SettingsError.self) {
      try SettingsLoader.load(
        environment: ["MEDIASYNC_LIBRARY_DATABASE": "/a", "MEDIASYNC_HUB_URL": "http://h"],
        configPath: "mine.toml", workingDirectory: "/w", read: { _ in .missing })
    }
    #expect(error?.description.hasPrefix("/w/mine.toml: no such file") == true)
  }

  @Test func `a home that the service may not enter is skipped, a file that it may not read is not`()
    throws
  {
    let environment = ["HOME": "/home/a"]
    let loaded = try SettingsLoader.load(
      environment: environment, workingDirectory: "/",
      read: { $0 == Sample.path ? .text(Sample.least, mode: 0o644) : .unreachable("Permission denied") })
    #expect(loaded.file == Sample.path)
    let error = #expect(throws: SettingsError.self) {
      try SettingsLoader.load(
        environment: environment, workingDirectory: "/", read: { _ in .unusable("cannot be read") })
    }
    #expect(
      error?.description.hasPrefix("/home/a/.config/mediasync/mediasyncd.toml: cannot be read\n") == true)
  }

  @Test func `the control socket's path follows the environment`() throws {
    let systemd = ["RUNTIME_DIRECTORY": "/run/a:/run/b", "XDG_RUNTIME_DIR": "/run/user/1"]
    #expect(
      try Sample.load(file: Sample.least, environment: systemd).settings.controlSocket
        == "/run/a/control.sock")
    let session = ["XDG_RUNTIME_DIR": "/run/user/1"]
    #expect(
      try Sample.load(file: Sample.least, environment: session).settings.controlSocket
        == "/run/user/1/mediasync/control.sock")
  }

  @Test func `a path in a file is relative to the file's folder or to home`() throws {
    let file = Sample.least + "\ntoken_file = \"./token\"\nca_file = \"~/ca.pem\"\n"
    let settings = try Sample.load(file: file, environment: ["HOME": "/home/a", "XDG_CONFIG_HOME": "/none"])
    #expect(settings.settings.hub.tokenFile == "/etc/mediasync/token")
    #expect(settings.settings.hub.caFile == "/home/a/ca.pem")
  }

  @Test func `the report shows every setting with its origin and no secret`() throws {
    let report = try Sample.load(
      file: Sample.least, environment: ["MEDIASYNC_HUB_TOKEN": "s3cr3t", "MEDIASYNC_HUB_API_KEY": "k3y"]
    ).report()
    let lines = report.split(separator: "\n")
    #expect(lines.count == Setting.all.count)
    #expect(lines.first?.hasPrefix("library.database = \"/srv/library.sqlite\" ") == true)
    #expect(lines.first?.hasSuffix(" # file:\(Sample.path):2") == true)
    #expect(lines.contains { $0.hasPrefix("hub.token = \"(set)\"") && $0.hasSuffix("HUB_TOKEN") })
    #expect(lines.contains { $0.hasPrefix("# hub.ca_file is not set") && $0.hasSuffix("# default") })
    #expect(lines.contains { $0.hasPrefix("sync.batch_bytes = \"1MiB\"") })
    #expect(!report.contains("s3cr3t") && !report.contains("k3y"))
  }
}
