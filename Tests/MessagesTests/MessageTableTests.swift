import ControlProtocol
import Foundation
import Messages
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// Every code has its text, and every text belongs to a code in use.
@Suite struct MessageTableTests {
  /// The codes of each kind, from the places that use them.
  private static let used: [(kind: Message.Kind, codes: [String])] = [
    (.event, JournalEvent.allCases.map(\.rawValue)),
    (.failure, Failure.Kind.allCases.map(\.rawValue)),
    (.answer, ProblemCode.allCases.map(\.rawValue)),
    (.outcome, Outcome.allCases.map(\.rawValue)),
    (.parked, ParkedDocument.Reason.allCases.map(\.rawValue)),
    (.snapshot, SnapshotReason.allCases.map(\.rawValue)),
    (.difference, Difference.Kind.allCases.map(\.rawValue)),
    (.finding, FindingCode.allCases.map(\.rawValue)),
    // The last one is the control tool's own.
    (.refusal, ControlError.Code.allCases.map(\.rawValue) + ["no_daemon"]),
  ]

  @Test(arguments: used)
  func `every code has its text, and every text its code`(kind: Message.Kind, codes: [String]) {
    let table = Message.all.filter { $0.kind == kind }.map(\.code)
    #expect(
      Set(codes).subtracting(table) == [],
      "these \(kind) codes have no words in Sources/Service/Messages/Table")
    #expect(Set(table).subtracting(codes) == [], "nothing says these \(kind) codes")
    #expect(Set(table).count == table.count, "twice")
  }

  @Test func `every exit status has its text, and the manual names it`() throws {
    let statuses = Message.all.filter { $0.kind == .exit }.map(\.code)
    let used =
      ControlError.Code.allCases.map(\.exitCode) + ControlOutcome.allCases.map(\.exitCode)
    #expect(Set(used.map { String($0) }).subtracting(statuses) == [])
    let page = try String(contentsOf: Self.root.appending(path: "docs/operating.md"), encoding: .utf8)
    let manual = page.matches(of: /\n\| (\d+) \|/).map { String($0.output.1) }
    #expect(manual == statuses)
  }

  @Test func `every possible journal line has its own id, and nothing else has one`() {
    for message in Message.all {
      #expect((message.id != nil) == message.kind.isLogged, "\(message.kind) \(message.code)")
      guard let id = message.id else { continue }
      #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(message.code): \(id)")
    }
    let ids = Message.all.compactMap(\.id)
    #expect(Set(ids).count == ids.count, "two messages share an id")
  }

  @Test func `every message has a one-line summary, an explanation and an action`() {
    for message in Message.all {
      #expect(!message.line.hasSuffix(".") && !message.line.contains("\n"), "\(message.code)")
      #expect(message.explanation.hasSuffix("."), "\(message.code)")
      #expect(message.remedy.hasSuffix("."), "\(message.code)")
      if message.id != nil, [.warning, .error, .critical].contains(message.severity) {
        #expect(message.remedy != Message.nothing, "\(message.code) worries people and says nothing to do")
      }
    }
  }

  @Test func `a code is found in any spelling, and a similar one is suggested`() {
    #expect(Message.find("in_step").map(\.code) == ["in-step"])
    #expect(Message.find("Token-Revoked").map(\.code) == ["token_revoked"])
    #expect(Message.find("too_large").map(\.kind) == [.answer, .quarantinedPush, .quarantinedPull])
    let message = JournalEvent.blocked.message
    #expect(Message.find(message.id ?? "").map(\.code) == ["blocked"])
    #expect(Message.find("nothing like it").isEmpty)
    #expect(Message.near("unreachble").first == "unreachable")
    #expect(Message.near("xyzzyxyzzyxyzzy").isEmpty)
  }

  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
