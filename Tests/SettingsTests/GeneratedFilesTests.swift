import Foundation
import Settings
import Testing

/// `etc/` and `docs/` match the table. `MEDIASYNC_REGENERATE=1` (or `make docs`) regenerates them.
struct GeneratedFilesTests {
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: ["etc/mediasyncd.toml", "docs/configuration.md"])
  func `the generated files match the table`(path: String) throws {
    let isExample = path.hasSuffix(".toml")
    let expected = isExample ? SettingsDocuments.exampleFile() : SettingsDocuments.referencePage()
    let file = Self.root.appending(path: path)
    if ProcessInfo.processInfo.environment["MEDIASYNC_REGENERATE"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try expected.write(to: file, atomically: true, encoding: .utf8)
    }
    let found = try? String(contentsOf: file, encoding: .utf8)
    #expect(found == expected, "\(path) differs from the table of settings; run: make docs")
  }

  @Test func `the unedited example sets nothing`() {
    let error = #expect(throws: SettingsError.self) {
      try Sample.load(file: SettingsDocuments.exampleFile())
    }
    #expect(error?.problems.map(\.key) == ["library.database", "hub.url"])
  }

  @Test func `the example with every key uncommented is a valid file that names every default`() throws {
    let uncommented = SettingsDocuments.exampleFile().split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0) }
      .joined(separator: "\n")
    let loaded = try Sample.load(file: uncommented)
    let standard = try Sample.load(file: Sample.least)
    for entry in loaded.entries where !entry.setting.kind.isSecret {
      guard case .file = entry.origin else {
        Issue.record("\(entry.setting.name) is not in the example")
        continue
      }
      if case .text = entry.setting.standard {
        #expect(entry.value == standard[entry.setting.name]?.value)
      }
    }
  }
}
