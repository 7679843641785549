import Messages
import SyncCore
import SyncWire
import Testing

@Suite struct QuarantineTextTests {
  /// The codes with which the devices' own code and the hub's verdicts set entries aside.
  private static let standing: [ProblemCode] = [
    .tooLarge, .malformedEntry, .malformedPayload, .unknownEntity, .unknownOperation, .unknownRow,
    .incompleteRow, .unknownParent, .refusedByLibrary,
  ]

  @Test(arguments: standing)
  func `every code that can stand in quarantine has its words`(code: ProblemCode) {
    // A row that the hub does not know, or knows incomplete, cannot come from the hub.
    let directions = [.unknownRow, .incompleteRow].contains(code) ? [true] : [true, false]
    for isPush in directions {
      let text = QuarantineText(code: code.rawValue, isPush: isPush)
      for sentence in [text.happened, text.remedy] {
        #expect(sentence.hasSuffix("."))
        #expect(!sentence.contains(code.rawValue), "plain words, not the code: \(sentence)")
      }
      #expect(!text.happened.contains("does not know") || code == .unknownEntity)
    }
  }

  @Test func `a code of a newer hub is said to be unknown`() {
    #expect(QuarantineText(code: "brand_new", isPush: true).happened.contains("brand_new"))
    #expect(!QuarantineText(code: "rejected", isPush: true).happened.contains("does not know"))
  }
}
