import ArgumentParser
import ControlProtocol
import FoundationEssentials
import Messages

/// `mediasyncctl explain`: explains a code. Needs no daemon.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain a code and say what to do. Works without a daemon.",
    discussion: """
      Codes are in the journal (MEDIASYNC_EVENT, MEDIASYNC_CODE, MESSAGE_ID), in error replies and in quarantine. Exit \
      statuses are codes too. Without a code, the command lists all of them.
      """)

  @Argument(help: "The code, such as unreachable, token_revoked or 78.")
  var code: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard let code else { return try list() }
    let found = Message.find(code)
    guard !found.isEmpty else {
      let near = Message.near(code)
      let hint =
        near.isEmpty
        ? "mediasyncctl explain lists all codes" : "did you mean \(near.joined(separator: ", "))?"
      Output.complain("mediasyncctl: unknown code \(SafeText.line(String(code.prefix(60)))); \(hint)")
      throw ExitCode(66)
    }
    if json {
      try Output.json(found.map(MessageView.init))
    } else {
      let texts = found.map { MessagePage.explanation($0, width: Terminal.width) }
      Output.lines(Array(texts.joined(separator: [""])))
    }
  }

  private func list() throws {
    if json { return try Output.json(Message.all.map(MessageView.init)) }
    for kind in Message.Kind.allCases {
      Output.lines([kind.name + ":"])
      for message in Message.all where message.kind == kind {
        Output.lines([SafeText.cut("  \(message.code): \(message.line)", to: Terminal.width)])
      }
    }
  }
}

/// A message as JSON.
private struct MessageView: Encodable {
  private enum CodingKeys: String, CodingKey {
    case code, kind, severity, line, explanation
    case todo = "what_to_do"
    case messageID = "message_id"
  }

  let code, kind, severity, line, explanation, todo: String
  let messageID: String?

  init(_ message: Message) {
    code = message.code
    kind = message.kind.rawValue
    severity = message.severity.rawValue
    line = message.line
    explanation = message.explanation
    todo = message.remedy
    messageID = message.id
  }

  /// Writes every key, null included, as in all JSON of this tool.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, text) in [
      (CodingKeys.code, code), (.kind, kind), (.severity, severity), (.line, line),
      (.explanation, explanation),
      (.todo, todo),
    ] {
      try container.encode(text, forKey: key)
    }
    try container.encode(messageID, forKey: .messageID)
  }
}
