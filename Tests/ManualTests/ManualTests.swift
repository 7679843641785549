import Foundation
import SampleApplication
import Testing

/// What people read and type: pages and completions that `make install` makes from the programs.
@Suite struct ManualTests {
  /// The folder of the built programs, which is the test's own folder.
  private static let programs: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path
  }()
  static let names = ["mediasyncd", "mediasyncctl", "mediasync-hub"]
  private let directory = FileManager.default.temporaryDirectory.path

  private func shell(_ command: String) throws -> ProgramEnd {
    try RunningProgram(
      "/bin/bash", ["-o", "pipefail", "-c", command], environment: ["BIN": Self.programs],
      directory: directory
    ).end()
  }

  /// Writes a page or a script; `command` prints it. Returns its path.
  private func written(_ command: String) throws -> String {
    let path = "\(directory)/manual-\(UUID().uuidString)"
    let end = try shell("\(command) > \(path)")
    #expect(end.code == 0 && end.errors == "", "\(end.errors)")
    return path
  }

  private func page(_ name: String) throws -> String {
    try written(
      name == "mediasyncd.toml"
        ? "$BIN/mediasync-manual mediasyncd.toml"
        : "$BIN/\(name) --experimental-dump-help | $BIN/mediasync-manual")
  }

  @Test(arguments: names + ["mediasyncd.toml"])
  func `mandoc and groff accept every page`(name: String) throws {
    let page = try page(name)
    let lint = try shell("mandoc -T lint -W warning \(page)")
    #expect(lint.code == 0 && lint.output == "", "\(lint.output)")
    let groff = try shell("LC_ALL=C groff -mandoc -ww -Tutf8 \(page) > \(page).out")
    #expect(groff.code == 0 && groff.errors == "", "\(groff.errors)")
  }

  @Test(arguments: names)
  func `a page describes every command and option that the program accepts`(name: String) throws {
    let text = try shell("mandoc -T utf8 -O width=200 \(try page(name)) | col -b").output
    let tree = try JSONDecoder().decode(
      Tree.self, from: Data(try shell("$BIN/\(name) --experimental-dump-help").output.utf8))
    let verbs = tree.command.leaves
    #expect(verbs.count >= 3)
    for (words, command) in verbs {
      #expect(text.contains("\n     \(words)"), "\(words)")
      for option in command.options { #expect(text.contains("--\(option)"), "\(words) --\(option)") }
    }
  }

  @Test func `the page of the configuration file describes every key`() throws {
    let text = try shell("mandoc -T utf8 -O width=200 \(try page("mediasyncd.toml")) | col -b").output
    let example = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../etc/mediasyncd.toml"), encoding: .utf8)
    let keys = example.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
      .compactMap { $0.dropFirst().split(separator: " ").first }
    #expect(keys.count > 15)
    for key in keys { #expect(text.contains("\(key) = "), "\(key)") }
  }

  @Test(arguments: names, ["bash", "zsh", "fish"])
  func `a completion is a valid script for its shell, and knows the program's commands`(
    name: String, shell kind: String
  ) throws {
    let path = try written("$BIN/\(name) --generate-completion-script \(kind)")
    let end = try shell("\(kind) -n \(path)")
    #expect(end.code == 0 && end.errors == "", "\(end.errors)")
    let script = try String(contentsOfFile: path, encoding: .utf8)
    let known = ["mediasyncd": "check-config", "mediasyncctl": "quarantine", "mediasync-hub": "token"]
    #expect(script.contains(known[name] ?? "nothing"))
  }

  @Test func `in bash the tab key completes a verb`() throws {
    let path = try written("$BIN/mediasyncctl --generate-completion-script bash")
    let end = try shell(
      """
      source \(path)
      function=$(complete -p mediasyncctl | sed -E 's/.*-F ([^ ]+).*/\\1/')
      COMP_WORDS=(mediasyncctl quar) COMP_CWORD=1 COMP_LINE='mediasyncctl quar' COMP_POINT=17
      $function mediasyncctl quar mediasyncctl
      echo "${COMPREPLY[@]}"
      """)
    #expect(end.output.split(whereSeparator: { $0 == " " || $0 == "\n" }) == ["quarantine"], "\(end.errors)")
  }
}

/// The parts of `--experimental-dump-help` that the tests read, parsed separately from the generator.
private struct Tree: Decodable {
  struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable { let name: String }
      let kind: String
      let names: [Name]?
    }
    let commandName: String
    let arguments: [Argument]?
    let subcommands: [Command]?

    var options: [String] {
      (arguments ?? []).filter { $0.kind != "positional" }.compactMap { $0.names?.last?.name }
        .filter { !["help", "version"].contains($0) }
    }

    var leaves: [(String, Command)] {
      (subcommands ?? []).filter { $0.commandName != "help" }.flatMap { verb in
        (verb.subcommands ?? []).isEmpty
          ? [(verb.commandName, verb)] : verb.leaves.map { (verb.commandName + " " + $0.0, $0.1) }
      }
    }
  }
  let command: Command
}
