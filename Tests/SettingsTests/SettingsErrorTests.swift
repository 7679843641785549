import Settings
import Testing

struct SettingsErrorTests {
  private func problem(_ lines: String) -> String? {
    let problems = Sample.problems(file: Sample.least + "\n" + lines)
    #expect(problems.count == 1, "\(problems)")
    return problems.first
  }

  @Test(arguments: [
    ("urll = \"http://x\"", "hub.urll: unknown key; did you mean hub.url?"),
    ("request-timeout = \"1s\"", "hub.request-timeout: unknown key; did you mean hub.request_timeout?"),
    ("tls.ca = 1", "hub.tls.ca: unknown key; did you mean hub"),
    ("request_timeout = 45", "hub.request_timeout: is the number 45 without a unit; expected a duration"),
    (
      "request_timeout = \"45\"",
      "hub.request_timeout: is \"45\"; expected a duration from 1s to 10m, such as"
    ),
    ("request_timeout = \"11m\"", "hub.request_timeout: is \"11m\"; expected a duration from 1s to 10m"),
    ("token_file = true", "hub.token_file: is of type bool; expected a path"),
    ("token_file = \"\"", "hub.token_file: is empty; expected a path"),
    ("token_file = [\"a\"]", "hub.token_file: is of type array; expected a path"),
    ("ca_file = 7", "hub.ca_file: is a whole number; expected a path"),
    ("client_cert = \"/c\"", "hub.client_cert: needs hub.client_key as well"),
  ])
  func `an error names file, line and key and says what is accepted`(line: String, expected: String) {
    let problem = problem(line) ?? ""
    #expect(problem.hasPrefix("\(Sample.path):5: \(expected)"), "\(problem)")
  }

  @Test(arguments: [
    ("[sync]\nbatch_changes = 0", "sync.batch_changes: is 0; expected a whole number from 1 to 10000"),
    (
      "[sync]\nbatch_changes = \"500\"",
      "sync.batch_changes: is text; expected a whole number from 1 to 10000"
    ),
    ("[sync]\nbatch_changes = 1.5", "sync.batch_changes: is of type floating-point number; expected"),
    ("[sync]\nbatch_bytes = \"1TiB\"", "sync.batch_bytes: is \"1TiB\"; expected a size from 1KiB to 64MiB"),
    ("[sync]\ninterval = \"999ms\"", "sync.interval: is \"999ms\"; expected a duration from 1s to 7d"),
    ("[log]\nlevel = \"warn\"", "log.level: is \"warn\"; expected one of trace, debug,"),
    ("[backoff]\ninitial = \"20m\"\nmax = \"15m\"", "backoff.initial: is 20m, longer than backoff.max (15m)"),
    ("[backoff]\nmax = \"500ms\"", "backoff.initial: is 1s, longer than backoff.max (500ms)"),
    ("[libary]\ndatabase = \"/x\"", "libary.database: unknown key; did you mean library.database?"),
    ("\n[syncc]", "syncc: unknown section; did you mean [sync]?"),
    ("[[sync]]\ninterval = 1", "sync: is a section: write [sync]"),
    ("[library.x]\ny = 1", "library.x.y: unknown key"),
  ])
  func `an error in another section names its line`(lines: String, expected: String) {
    let problem = problem(lines) ?? ""
    #expect(problem.contains(": \(expected)"), "\(problem)")
    #expect(["5", "6"].contains { problem.hasPrefix("\(Sample.path):\($0): ") }, "\(problem)")
  }

  @Test(arguments: [
    "[" + String(repeating: "a.", count: 100_000) + "a]", String(repeating: "a.", count: 100_000) + "a = 1",
    "x = {" + String(repeating: "a.", count: 100_000) + "a = 1}",
    "x = " + String(repeating: "[", count: 100_000),
    "x = " + String(repeating: "{a = ", count: 100_000), "x = [1, }]", "x = [}", "\"a\\u0000\" = 1",
    "[\"\\U00000000\"]", "\u{A0}[ :a]", "x = [1,\n }",
    "x = [\u{A0}}",
  ])
  func `no depth of a file crashes the process`(line: String) {
    #expect(!Sample.problems(file: Sample.least + "\n" + line + "\n").isEmpty)
  }

  @Test func `a key outside every section gets a hint where it belongs`() {
    let problems = Sample.problems(file: "interval = \"5s\"\n" + Sample.least)
    #expect(problems == ["\(Sample.path):1: interval: unknown key; did you mean sync.interval?"])
  }

  @Test(arguments: [
    "hub.example", "ftp://hub", "http://", "http:///sync", "http://h:0", "http://h:x", "http://h o",
    "http://h?q=1",
    "http://[::1]:70000/sync",
  ])
  func `an invalid URL is refused`(url: String) {
    let problems = Sample.problems(file: "[library]\ndatabase = \"/a\"\n[hub]\nurl = \"\(url)\"")
    #expect(problems.count == 1 && problems[0].hasPrefix("\(Sample.path):4: hub.url: is "), "\(problems)")
  }

  @Test(arguments: ["http://u:s3cr3t@h/sync", "htp://u:s3cr3t@h/sync", "http://u:s3cr3t@h/sync?x"])
  func `a password in a URL is refused and not repeated`(url: String) {
    let problems = Sample.problems(file: "[library]\ndatabase = \"/a\"\n[hub]\nurl = \"\(url)\"")
    #expect(problems.count == 1 && !problems[0].contains("s3cr3t"), "\(problems)")
  }

  @Test(arguments: ["token", "api_key"])
  func `a secret in the file is refused, not repeated, and the message says where it belongs`(key: String) {
    let problem = problem("\(key) = \"s3cr3t\"") ?? ""
    #expect(problem.contains("hub.\(key)_file") && !problem.contains("s3cr3t"), "\(problem)")
  }

  @Test func `all problems are shown at once, in the order of the file`() {
    let file = """
      [library]
      databse = "/a"

      [hub]
      url = "gopher://x"
      long_poll = 'x'
      """
    let problems = Sample.problems(file: file, environment: ["MEDIASYNC_SYNC_INTERVALL": "1s"])
    #expect(problems.count == 5)
    #expect(problems[0].hasPrefix("\(Sample.path):2: library.databse: unknown key"))
    #expect(problems[1].hasPrefix("\(Sample.path):5: hub.url"))
    #expect(problems[2].hasPrefix("\(Sample.path):6: hub.long_poll"))
    #expect(
      problems[3] == "MEDIASYNC_SYNC_INTERVALL: unknown variable; did you mean MEDIASYNC_SYNC_INTERVAL?")
    #expect(
      problems[4].hasPrefix("library.database: is not set. Set database under [library] in \(Sample.path)"))
  }

  @Test func `a line is found after comments, multi-line strings and arrays`() {
    let file = """
      # url = "no"
      junk = \"\"\"
      [hub]
      url = 1 \"\"\"
      list = [ 1, # ]
        2, "]" ]
      [library]
      database = "/a#b"
      [ hub ]
      "url" = 5
      connect_timeout.x = 1
      """
    let problems = Sample.problems(file: file)
    #expect(
      problems.map { String($0.prefix { $0 != " " }) } == [2, 5, 10, 11].map { "\(Sample.path):\($0):" },
      "\(problems)")
  }

  @Test(arguments: [
    ("[hub\nurl = 1", 1), ("[hub]\nurl = \n", 2), ("[hub]\nurl = \"a\"\nurl = \"b\"", 3),
    ("a = 1\n\u{0}b", 2),
  ])
  func `invalid TOML is refused with its line`(text: String, line: Int) {
    let problems = Sample.problems(file: text)
    #expect(problems.count == 1 && problems[0].hasPrefix("\(Sample.path):\(line): "), "\(problems)")
  }

  @Test(arguments: ["[=]", "[", "[ ", "[[.a]]", "[]", "a = 1979-05-27 x", "a = 1979-05-27Tx", "a = [12:3"])
  func `input that would crash the parser never reaches it`(line: String) {
    let problems = Sample.problems(file: "[hub]\n" + line)
    #expect(problems.count == 1 && problems[0].hasPrefix("\(Sample.path):2: "), "\(problems)")
  }

  @Test func `a date or a bracket in quotes or in a comment is left alone`() throws {
    let file = """
      [library] # [=] 12:30
      database = "/srv/2024-05-27/12:30/[.sqlite" # since 2024-05-27
      [hub]
      url = 'http://127.0.0.1:8787/sync'
      """
    #expect(try Sample.load(file: file).settings.library.database == "/srv/2024-05-27/12:30/[.sqlite")
  }

  @Test func `an unrelated variable is ignored, a misspelled one is not`() {
    #expect(Sample.problems(file: Sample.least, environment: ["MEDIASYNC_DEMO_SPEED": "1"]).isEmpty)
    #expect(Sample.problems(file: Sample.least, environment: ["MEDIASYNC_HUBURL": "x"]).count == 1)
    #expect(
      Sample.problems(file: Sample.least, environment: ["MEDIASYNC_SYNC_BATCH_CHANGES": "many"]).count == 1)
  }

  @Test func `a secret cannot be a flag`() {
    #expect(throws: SettingsError.self) {
      try Sample.load(file: Sample.least, flags: ["hub.token": "s3cr3t"])
    }
  }
}
