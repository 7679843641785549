import Testing

/// Names come from docs/glossary.md; the words that it retired do not come back.
struct WordTests {
  @Test(arguments: SourceTree.swiftFiles)
  func `no function has a verb of many meanings`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(
      /\bfunc\s+(?:take|settle|tell|hear)\b/,
      "the verb means many things; say apply, acquire, append, acknowledge, report or receive")
  }

  @Test(arguments: SourceTree.swiftFiles)
  func `no type has a retired name`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(
      /\b(?:struct|class|enum|actor|protocol|typealias)\s+\w*(?:Desk|Bell|Attendance|Landings?|Witness|Upkeep|Departure|Gathering|Hearing|Particulars|Errand|Wiring|Surroundings|Settlement|Telling|Futility)\b/,
      "docs/glossary.md has the term for this")
  }

  @Test(arguments: SourceTree.swiftFiles + SourceTree.allFiles.filter { $0.hasSuffix(".md") })
  func `no text cites a file outside the repository`(path: String) throws {
    guard !path.hasSuffix("WordTests.swift") else { return }
    let text = try #require(SourceTree.text(path))
    for name in ["design.md", "convergence.py"] {
      #expect(!text.contains(name), "\(path) cites \(name), which is not in the repository")
    }
  }
}
