import ArgumentParser
import ControlProtocol
import FoundationEssentials
import Glibc
import Messages

/// `mediasyncctl doctor`: finds problems and says what to do.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Find problems and say what to do; exit 1 if there are any.",
    discussion: """
      Checks the unit, the control socket, the configuration and its credential, the library (file, schema, full-text \
      index, file system, disk), inotify, the clock and the hub. It changes nothing. A running daemon does the checks \
      itself, with its own permissions. If none answers, the command runs mediasyncd check; root runs it as the daemon's \
      user.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Option(help: "The name of the daemon's unit, if it is not the default.")
  var unit: String?
  @Option(help: "The configuration file, if no daemon answers and the file is not in a default place.")
  var config: String?

  func run() throws {
    let report = DoctorRun(
      socket: Exchange.socket(parent, options), unitName: unit, configuration: config
    ).run()
    let wrong = report.checks.count { $0.verdict == .wrong }
    if options.json {
      try Output.json(DoctorView(report))
    } else {
      Output.lines(report.checks.flatMap(lines))
      Output.lines([
        "", wrong == 0 ? "No problems found." : "\(wrong) problem\(wrong == 1 ? "" : "s") found.",
      ])
    }
    if wrong > 0 { throw ExitCode(1) }
  }

  private func lines(_ check: Check) -> [String] {
    let word =
      switch check.verdict {
      case .ok: "ok    "
      case .note: "note  "
      case .wrong: "WRONG "
      }
    let subject = check.subject + String(repeating: " ", count: max(1, 14 - check.subject.count))
    let width = max(40, min(Terminal.width, 110)) - 20
    let indent = String(repeating: " ", count: 20)
    var paragraphs = [SafeText.line(check.found)]
    if let code = check.code, let todo = check.remedy {
      paragraphs.append("To do: \(todo) (\(code.rawValue))")
    }
    let lines = paragraphs.flatMap {
      TextWrap.wrapped($0, width: width).split(separator: "\n").map(String.init)
    }
    return lines.enumerated().map { ($0 == 0 ? word + subject : indent) + $1 }
  }
}

extension Check {
  /// What to do: the check's own text, else that of the message table.
  fileprivate var remedy: String? { todo ?? code.flatMap { Message.of(.finding, $0.rawValue)?.remedy } }
}

/// A report as JSON. It has every key, with null for unknown values.
private struct DoctorView: Encodable {
  private enum CodingKeys: String, CodingKey {
    case ok, configuration, database, checks
    case hubURL = "hub_url"
  }

  private struct Item: Encodable {
    private enum CodingKeys: String, CodingKey {
      case subject, verdict, found, code
      case todo = "what_to_do"
    }

    let check: Check

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(check.subject, forKey: .subject)
      try container.encode(check.verdict, forKey: .verdict)
      try container.encode(check.found, forKey: .found)
      try container.encode(check.code, forKey: .code)
      try container.encode(check.remedy, forKey: .todo)
    }
  }

  let report: CheckReport

  init(_ report: CheckReport) { self.report = report }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(!report.checks.contains { $0.verdict == .wrong }, forKey: .ok)
    try container.encode(report.configuration, forKey: .configuration)
    try container.encode(report.database, forKey: .database)
    try container.encode(report.hubURL, forKey: .hubURL)
    try container.encode(report.checks.map(Item.init), forKey: .checks)
  }
}
