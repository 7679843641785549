import Testing

/// What the compiler allows and design.md §5 does not.
struct ForbiddenCodeTests {
  /// Targets without a C interface: nothing there can need to go around the compiler.
  private static let safeTargets = ["SyncCore", "SyncWire", "SyncEngine", "ControlProtocol", "Settings"]
  /// Targets whose work has an order that a task would lose.
  private static let orderedTargets = ["SyncCore", "SyncEngine", "LibraryStore"]

  @Test(arguments: SourceTree.swiftFiles)
  func `nothing is forced`(path: String) throws {
    let file = try SourceFile(path)
    file.forbid(/\btry[!]/, "a forced try hides an error; handle it or let it through")
    file.forbid(/\bas[!]/, "a forced cast stops the process; use as? and say what happens else")
    file.forbid(/\.unsafely[U]nwrapped\b/, "unwrap with guard or if")
    file.forbid(/[\w\])]!(?![=\w(])(?!\s*=)/, "unwrap with guard or if")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `no signature says Any`(path: String) throws {
    let file = try SourceFile(path)
    // Where SwiftNIO's protocol asks for it there is no other type to say.
    guard !file.code.contains(where: { $0.contains("func userInboundEventTriggered(") }) else { return }
    file.forbid(/(?::|->|\[|<|,)\s*(?:any\s+)?Any\b/, "say which type it is")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `work that has an order starts no task`(path: String) throws {
    guard Self.orderedTargets.contains(SourceTree.target(of: path)) else { return }
    try SourceFile(path).forbid(
      /\bTask\s*(?:\.\w+\s*)?(?:\([^)]*\)\s*)?\{/, "a task has no order (design.md §3)")
  }

  @Test(arguments: SourceTree.files(under: "Sources"))
  func `the compiler is gone around in adapters only`(path: String) throws {
    guard Self.safeTargets.contains(SourceTree.target(of: path)) else { return }
    let file = try SourceFile(path)
    file.forbid(
      /Unsafe\w*(?:Pointer|Continuation|Buffer)/, "unsafe memory belongs in adapters (design.md §5)")
    file.forbid(/@unchecked\s+Sendable/, "a claim that nobody checks belongs in adapters (design.md §5)")
    file.forbid(/nonisolated\(unsafe\)/, "a claim that nobody checks belongs in adapters (design.md §5)")
    file.forbid(/\bunsafe\w+\(/, "unsafe calls belong in adapters (design.md §5)")
  }
}
