import Foundation
import Messages
import Testing

/// The catalogue and the page match the table. `MEDIASYNC_REGENERATE=1` (or `make docs`) regenerates them.
struct MessageGeneratedFilesTests {
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let catalogue = "systemd/mediasync.catalog"

  @Test(arguments: [catalogue, "docs/messages.md"])
  func `the generated files match the table`(path: String) throws {
    let expected = path == Self.catalogue ? JournalCatalogue.text() : MessagePage.referencePage()
    let file = Self.root.appending(path: path)
    if ProcessInfo.processInfo.environment["MEDIASYNC_REGENERATE"] == "1" {
      try expected.write(to: file, atomically: true, encoding: .utf8)
    }
    let found = try? String(contentsOf: file, encoding: .utf8)
    let isSame = found == expected
    #expect(isSame, "\(path) differs from the table of messages; run: make docs")
  }

  @Test func `journalctl accepts the catalogue and shows every message of it`() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "mediasync-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = root.appending(path: "usr/lib/systemd/catalog")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: root.appending(path: "var/lib/systemd/catalog"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.root.appending(path: Self.catalogue), to: folder.appending(path: "mediasync.catalog"))
    _ = try journalctl("--update-catalog", "--root", root.path)
    let dump = try journalctl("--dump-catalog", "--root", root.path)
    for message in Message.all {
      guard let id = message.id else { continue }
      #expect(dump.contains("-- \(id)\nSubject: \(message.line)\nDefined-By: mediasync\n"), "\(message.code)")
    }
    #expect(dump.split(separator: "\n").count { $0.hasPrefix("-- ") } == Message.all.compactMap(\.id).count)
  }

  private func journalctl(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/journalctl")
    process.arguments = arguments + ["--no-pager"]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "journalctl \(arguments): \(said)")
    return text
  }
}
