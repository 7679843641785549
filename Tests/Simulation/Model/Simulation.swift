import CFaultVFS
import Foundation
import SyncCore

/// Runs histories.
package enum Simulation {
  /// The result of one history.
  package struct Outcome: Sendable {
    /// The first invariant that it broke.
    package var violation: Violation?
    /// The trace, if it was requested.
    package var trace: [String]
  }

  /// Runs one history from beginning to end, in its own directory.
  package static func run(_ history: History, detail: Trace.Detail = .nothing) throws -> Outcome {
    faultvfs_register()
    let directory = try Template.makeDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let world = try World(setup: history.setup, directory: directory, detail: detail)
    defer { world.close() }
    // If somebody deletes very much, a low limit makes it too much soon.
    if history.steps.contains(where: { $0.kind == .deleteMuch }) {
      world.brake = Brake(rows: 1, share: 0.2, window: .seconds(60))
    }
    return Outcome(violation: violation(of: history, in: world), trace: world.trace.lines)
  }

  private static func violation(of history: History, in world: World) -> Violation? {
    do {
      for step in history.steps { try world.perform(step) }
      return try world.completePush() ?? Invariants(world).firstBroken()
    } catch {
      return Violation("every step can be taken", "\(error)")
    }
  }
}
