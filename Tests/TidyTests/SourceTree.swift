import Foundation
import Synchronization
import Testing

/// The repository's files, found from this file's path.
enum SourceTree {
  /// The folder that holds Package.swift.
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The paths of all Swift files of the package, from the root, sorted.
  static let swiftFiles: [String] = ["Package.swift"] + files(under: "Sources") + files(under: "Tests")

  /// The paths of the Swift files of one target's folder.
  static func files(under folder: String) -> [String] {
    let base = root.appending(path: folder)
    let found = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".swift") }.map { folder + "/" + $0 }.sorted()
  }

  /// The paths of all kept files of any kind: what git lists, without its own folder.
  static let allFiles: [String] = {
    let folders = ["Sources", "Tests", "docs", "etc", "systemd", ".ci"]
    let inside = folders.flatMap { folder -> [String] in
      let base = root.appending(path: folder)
      let found = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
      return found.map { folder + "/" + $0 }
    }
    return
      (inside + ["Package.swift", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
      .sorted()
  }()

  /// Every name by which a text may cite one of these files: its path, and each end of the path behind a slash.
  static let names: Set<String> = Set(
    allFiles.flatMap { path in
      let parts = path.split(separator: "/")
      return parts.indices.map { parts[$0...].joined(separator: "/") }
    })

  /// The text of a file; `nil` if it does not exist or is not text.
  static func text(_ path: String) -> String? {
    try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The target of a file: `Sources/Core/SyncCore/…` is `SyncCore`.
  static func target(of path: String) -> String {
    let parts = path.split(separator: "/")
    let depth = parts.first == "Sources" ? 2 : 1
    return parts.count > depth + 1 ? String(parts[depth]) : "Package"
  }
}

/// A Swift file: its lines, and the same lines with comments and the insides of strings blanked.
struct SourceFile {
  /// The path from the root.
  let path: String
  /// The lines as written.
  let lines: [Substring]
  /// The lines with only code left.
  let code: [Substring]

  /// The files read so far. Every rule looks at every file, and to mask one is most of the work.
  private static let read = Mutex<[String: SourceFile]>([:])

  /// Reads a file; an unreadable file fails the test.
  init(_ path: String) throws {
    if let file = Self.read.withLock({ $0[path] }) {
      self = file
      return
    }
    self.path = path
    let text = try #require(SourceTree.text(path), "\(path) cannot be read")
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code = CodeMask.masked(text).split(separator: "\n", omittingEmptySubsequences: false)
    let file = self
    Self.read.withLock { $0[path] = file }
  }

  /// Fails the running test, at this line of this file.
  func fail(line: Int, _ message: String) {
    let name = path.split(separator: "/").last ?? ""
    Issue.record(
      "\(path):\(line): \(message)",
      sourceLocation: SourceLocation(
        fileID: "\(SourceTree.target(of: path))/\(name)",
        filePath: SourceTree.root.appending(path: path).path, line: line, column: 1))
  }

  /// Fails for every line of code that matches.
  func forbid(_ pattern: some RegexComponent, _ message: String) {
    for (index, line) in code.enumerated() where line.contains(pattern) {
      fail(line: index + 1, message)
    }
  }

  /// The imported modules, each with its line.
  var imports: [(module: String, line: Int)] {
    let keyword =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|public|internal|private|fileprivate)\s+)?import\s+/
    let kind = /^(?:struct|class|enum|protocol|func|let|var|typealias)\s+/
    return code.enumerated().compactMap { index, line in
      guard let match = line.prefixMatch(of: keyword) else { return nil }
      var rest = line[match.range.upperBound...]
      if let match = rest.prefixMatch(of: kind) { rest = rest[match.range.upperBound...] }
      return (String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }), index + 1)
    }
  }
}
