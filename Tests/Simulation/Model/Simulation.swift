import CFaultVFS
import Foundation

/// Runs histories.
package enum Simulation {
  /// What came of one history.
  package struct Outcome: Sendable {
    /// The first invariant that it broke.
    package var violation: Violation?
    /// What happened, where that was asked for.
    package var trace: [String]
  }

  /// Runs one history from beginning to end, in a directory of its own.
  package static func run(_ history: History, isTraced: Bool = false) throws -> Outcome {
    faultvfs_register()
    let directory = try Template.makeDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let world = try World(setup: history.setup, directory: directory, isTraced: isTraced)
    defer { world.close() }
    for step in history.steps { try world.take(step) }
    let violation = try world.settle() ?? Invariants(world).firstBroken()
    return Outcome(violation: violation, trace: world.trace.lines)
  }
}
