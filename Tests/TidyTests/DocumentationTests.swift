import Testing

struct DocumentationTests {
  @Test(arguments: SourceTree.swiftFiles)
  func `every public declaration has a docstring`(path: String) throws {
    let file = try SourceFile(path)
    let declaration = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:package|public)\s+(?!import\b|extension\b|\()/
    for (index, line) in file.code.enumerated() where line.prefixMatch(of: declaration) != nil {
      guard path != "Package.swift", !isDocumented(index, in: file) else { continue }
      file.fail(line: index + 1, "has no /// above it: what does it take and give?")
    }
  }

  /// Whether a docstring is above a line, ignoring attributes in between.
  private func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
    for above in stride(from: index - 1, through: 0, by: -1) {
      let line = file.lines[above].drop { $0 == " " }
      if line.hasPrefix("///") || line.hasSuffix("*/") { return true }
      guard line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("// swift-format-ignore") else {
        return false
      }
    }
    return false
  }

  @Test(arguments: SourceTree.swiftFiles)
  func `a docstring describes only parameters that exist`(path: String) throws {
    let file = try SourceFile(path)
    var described: [Substring] = []
    for (index, line) in file.lines.enumerated() {
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("///") else {
        guard !described.isEmpty else { continue }
        // The signature ends where the body begins; a requirement of a protocol ends with its line.
        let rest = file.code[index...].prefix(25)
        let body = rest.firstIndex { $0.contains("{") } ?? rest.endIndex - 1
        let signature = rest[...body].joined(separator: " ")
        for name in described where !signature.contains(try Regex("\\b\(name)\\s*:")) {
          file.fail(line: index + 1, "the docstring describes \(name), which is no parameter")
        }
        described = []
        continue
      }
      if let match = text.prefixMatch(of: /\/\/\/ - Parameter (\w+):/) { described.append(match.output.1) }
      if let match = text.prefixMatch(of: /\/\/\/   - `?(\w+)`?:/) { described.append(match.output.1) }
    }
  }

  @Test func `every setting is documented`() throws {
    let table = try #require(SourceTree.text("Sources/Service/Settings/SettingsTable.swift"))
    let page = try #require(SourceTree.text("docs/configuration.md"))
    let names = table.matches(of: /"([a-z]+\.[a-z_]+)", \./).map { String($0.output.1) }
    #expect(names.count > 20)
    for name in names { #expect(page.contains("`\(name)`"), "docs/configuration.md does not name \(name)") }
  }

  @Test func `the hub's default address is the same in code, unit and documentation`() throws {
    let command = try #require(SourceTree.text("Sources/Programs/mediasync-hub/ServeCommand.swift"))
    let listen = try #require(command.firstMatch(of: /var listen = "([0-9.:]+)"/)).output.1
    let unit = try #require(SourceTree.text("systemd/mediasync-hub.service"))
    #expect(unit.firstMatch(of: /--listen (\S+)/)?.output.1 == listen)
    let page = try #require(SourceTree.text("docs/operating.md"))
    #expect(page.contains("The hub listens on `\(listen)`"))
  }

  @Test func `every code of the wire is documented`() throws {
    let path = "Sources/Core/SyncWire/Endpoints/ProblemCode.swift"
    guard let source = SourceTree.text(path) else { return }
    let page = try #require(SourceTree.text("docs/protocol.md"), "\(path) is there, docs/protocol.md is not")
    let file = try SourceFile(path)
    let declared =
      /^\s*(?:case|(?:package |public )?static let)\s+(?<name>\w+)(?:.*"(?<literal>[a-z_0-9]+)")?/
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let match = line.prefixMatch(of: declared) else { continue }
      let code = String(match.output.literal ?? match.output.name)
      if !page.contains("`\(code)`") && !page.contains("\"\(code)\"") {
        file.fail(line: index + 1, "docs/protocol.md does not name the code \(code)")
      }
    }
  }
}
