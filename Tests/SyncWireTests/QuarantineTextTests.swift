import SyncCore
import SyncWire
import Testing

@Suite struct QuarantineTextTests {
  /// The codes with which the devices' own code and the hub's verdicts set entries aside.
  private static let standing: [ProblemCode] = [
    .tooLarge, .malformedEntry, .malformedPayload, .unknownEntity, .unknownOperation, .unknownRow,
    .incompleteRow, .unknownParent, .refusedByLibrary,
  ]

  @Test(arguments: standing, QuarantineRecord.Direction.allCases)
  func `every code that can stand in quarantine has its words`(
    code: ProblemCode, direction: QuarantineRecord.Direction
  ) throws {
    let text = try #require(code.quarantineText(direction))
    #expect(text == QuarantineText(code: code.rawValue, direction: direction))
    for sentence in [text.happened, text.remedy] {
      #expect(sentence.hasSuffix("."))
      #expect(!sentence.contains(code.rawValue), "plain words, not the code")
    }
  }

  @Test func `a code that answers requests only has none, and every code is one or the other`() {
    for code in ProblemCode.allCases where !Self.standing.contains(code) {
      #expect(code.quarantineText(.push) == nil, "\(code)")
    }
  }

  @Test func `a code of a newer hub is said to be unknown`() {
    #expect(QuarantineText(code: "brand_new", direction: .push).happened.contains("brand_new"))
    #expect(!QuarantineText(code: "rejected", direction: .push).happened.contains("does not know"))
  }
}
