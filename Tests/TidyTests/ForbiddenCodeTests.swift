import Testing

/// Code that the compiler allows and the project forbids.
struct ForbiddenCodeTests {
  /// Targets without a C interface: nothing there needs to bypass the compiler.
  private static let safeTargets = ["SyncCore", "SyncWire", "SyncEngine", "ControlProtocol", "Settings"]
  /// Targets whose work has an order that a task would lose.
  private static let orderedTargets = ["SyncCore", "SyncEngine", "LibraryStore"]

  @Test(arguments: SourceTree.swiftFiles)
  func `no code forces an optional or a try`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(/\btry[!]/, "a forced try hides an error; handle it or let it through")
    file.forbid(/\bas[!]/, "a forced cast stops the process; use as? and say what happens else")
    file.forbid(/\.unsafely[U]nwrapped\b/, "unwrap with guard or if")
    file.forbid(/[\w\])]!(?![=\w(])(?!\s*=)/, "unwrap with guard or if")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `no signature says Any`(path: String) throws {
    let file = try SourceFile(path)
    // SwiftNIO's protocol requires this type.
    guard !file.code.contains(where: { $0.contains("func userInboundEventTriggered(") }) else { return }
    file.forbid(/(?::|->|\[|<|,)\s*(?:any\s+)?Any\b/, "say which type it is")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `ordered work starts no task`(path: String) throws {
    guard Self.orderedTargets.contains(SourceTree.target(of: path)) else { return }
    try SourceFile(path).forbid(
      /\bTask\s*(?:\.\w+\s*)?(?:\([^)]*\)\s*)?\{/, "a task has no order (docs/architecture.md)")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `only adapters bypass the compiler's checks`(path: String) throws {
    guard Self.safeTargets.contains(SourceTree.target(of: path)) else { return }
    let file = try SourceFile(path)
    file.forbid(
      /Unsafe\w*(?:Pointer|Continuation|Buffer)/, "unsafe memory belongs in adapters")
    file.forbid(/@unchecked\s+Sendable/, "a claim that nobody checks belongs in adapters")
    file.forbid(/nonisolated\(unsafe\)/, "a claim that nobody checks belongs in adapters")
    file.forbid(/\bunsafe\w+\(/, "unsafe calls belong in adapters")
  }
}
