import Testing

/// Names come from docs/glossary.md; the words that it retired do not come back.
struct WordTests {
  @Test(arguments: SourceTree.swiftFiles)
  func `no name is a retired word`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(
      /\bfunc\s+(?:take|settle|tell|hear)\b/,
      "the verb means many things; say apply, acquire, append, acknowledge, report or receive")
    file.forbid(
      /\b(?:struct|class|enum|actor|protocol|typealias)\s+\w*(?:Desk|Bell|Attendance|Landings?|Witness|Upkeep|Departure|Gathering|Hearing|Particulars|Errand|Wiring|Surroundings|Settlement|Telling|Futility)\b/,
      "docs/glossary.md has the term for this")
  }
}
