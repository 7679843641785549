import Foundation
import Testing

struct LayoutTests {
  /// The fixed list of top-level entries.
  private static let topLevel: Set<String> = [
    "Package.swift", "Package.resolved", "Sources", "Tests", "systemd", "etc", "docs", "Makefile",
    "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".editorconfig", ".ci",
    ".github", ".git", ".gitignore", ".swift-format", ".build", ".swiftpm",
  ]
  /// Names under which anything could be put, and in time is.
  private static let emptyWords = [
    "Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc",
  ]

  @Test func `the top level holds only the expected entries`() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
    for name in found.sorted() { #expect(Self.topLevel.contains(name), "\(name) has no place at the top") }
  }

  @Test func `no file and no folder has a meaningless name`() {
    for path in SourceTree.allFiles {
      for part in path.split(separator: "/") {
        let stem = part.split(separator: ".").first.map(String.init) ?? ""
        let word = Self.emptyWords.first { stem == $0 || stem.hasSuffix($0) && stem != $0 }
        #expect(word == nil, "\(path): a file is named for its idea, not \(word ?? "")")
      }
    }
  }

  @Test(arguments: SourceTree.swiftFiles)
  func `no type has a meaningless name`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(
      /\b(?:struct|class|enum|actor|protocol|typealias)\s+\w*(?:Utils?|Utilities|Helpers?|Manager)\b/,
      "a type is named for its idea")
  }
}
