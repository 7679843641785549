import Foundation
import Testing

/// The map stays true: docs/architecture.md names files, folders and functions that exist.
struct ArchitectureTests {
  private static let page = "docs/architecture.md"

  @Test func `the path of a change names functions that exist`() throws {
    let text = try #require(SourceTree.text(Self.page))
    let rows = text.matches(of: /\| `(Sources\/[^`]+\.swift)` \| `(\w+)` \|/)
    #expect(rows.count > 10)
    for row in rows {
      let (path, function) = (String(row.output.1), row.output.2)
      let source = try #require(SourceTree.text(path), "\(path) does not exist")
      let isThere = source.contains("func \(function)(") || source.contains("func \(function)<")
      #expect(isThere, "\(path) has no function \(function)")
    }
  }

  @Test func `documents cite files and folders that exist`() throws {
    for page in SourceTree.allFiles where page.hasSuffix(".md") {
      let text = try #require(SourceTree.text(page))
      for match in text.matches(of: /`((?:Sources|Tests)\/[A-Za-z0-9_+.\/-]+)`/) {
        let path = String(match.output.1)
        let exists = FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path)
        #expect(exists, "\(page) cites \(path), which does not exist")
      }
      for match in text.matches(of: /\]\(((?:\.\.\/|docs\/)?[A-Za-z0-9_.\/-]+\.md)(?:#[\w-]+)?\)/) {
        let folder = URL(filePath: page, relativeTo: SourceTree.root).deletingLastPathComponent()
        let target = folder.appending(path: String(match.output.1)).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page) links \(match.output.1)")
      }
    }
  }

  @Test(arguments: SourceTree.swiftFiles + SourceTree.allFiles.filter { $0.hasSuffix(".md") })
  func `no text cites a document or script that does not exist`(path: String) throws {
    let text = try #require(SourceTree.text(path))
    for match in text.matches(of: /\b[A-Za-z][A-Za-z0-9_\/-]*\.(?:md|py)\b/) {
      #expect(SourceTree.names.contains(String(match.output)), "\(path) cites \(match.output)")
    }
  }
}
