import Messages
import SyncCore
import SyncWire
import Testing

@Suite struct QuarantineTextTests {
  /// The codes with which a device or the hub's verdicts quarantine entries.
  private static let standing: [ProblemCode] = [
    .tooLarge, .malformedEntry, .malformedPayload, .unknownEntity, .unknownOperation, .unknownRow,
    .incompleteRow, .unknownParent, .refusedByLibrary,
  ]

  @Test(arguments: standing)
  func `every code that can be in quarantine has its text`(code: ProblemCode) {
    // A row that the hub does not know, or knows incompletely, cannot come from the hub.
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

  @Test func `a code of a newer hub is reported as unknown`() {
    #expect(QuarantineText(code: "brand_new", isPush: true).happened.contains("brand_new"))
    #expect(!QuarantineText(code: "rejected", isPush: true).happened.contains("does not know"))
  }
}
