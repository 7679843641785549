import Testing

struct ImportTests {
  private static let sources = SourceTree.files(under: "Sources")

  @Test(arguments: sources)
  func `a file imports only what its target may`(path: String) throws {
    let file = try SourceFile(path)
    let target = SourceTree.target(of: path)
    let allowed = try #require(Arrows.allowed(target), "\(target) has no arrows; add it to Arrows.swift")
    for (module, line) in file.imports where !allowed.contains(module) {
      file.fail(line: line, "\(target) may not import \(module) (docs/architecture.md; Arrows.swift)")
    }
  }

  @Test(arguments: SourceTree.swiftFiles)
  func `only the hub's store imports GRDB`(path: String) throws {
    let target = SourceTree.target(of: path)
    guard target != "HubStore", path.hasPrefix("Sources/") else { return }
    let file = try SourceFile(path)
    for (_, line) in file.imports.filter({ $0.module == "GRDB" }) {
      file.fail(line: line, "GRDB belongs to HubStore (docs/architecture.md)")
    }
  }

  @Test func `every folder of Sources is a target that Package.swift knows`() throws {
    let package = try #require(SourceTree.text("Package.swift"))
    for target in Set(Self.sources.map(SourceTree.target)).sorted() {
      #expect(package.contains("\"\(target)\""), "Sources/\(target) is not in Package.swift")
    }
  }
}
