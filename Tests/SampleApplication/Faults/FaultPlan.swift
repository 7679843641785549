import Synchronization

/// Which exchanges get a fault, and which one: drawn from a seed, up to a limit.
package final class FaultPlan: Sendable {
  private struct State {
    var random: SeededGenerator
    var left: Int
    var counts: [NetworkFault: Int] = [:]
  }

  private let faults: [NetworkFault]
  private let percent: Int
  private let state: Mutex<State>

  /// Takes the possible faults, how many of 100 exchanges get one, and the limit.
  package init(seed: UInt64, faults: [NetworkFault], percent: Int, most: Int) {
    self.faults = faults
    self.percent = percent
    state = Mutex(State(random: SeededGenerator(seed: seed), left: most))
  }

  /// The fault of the next exchange, if any, with random numbers for its details.
  func next() -> (fault: NetworkFault?, random: SeededGenerator) {
    state.withLock { state in
      let random = SeededGenerator(seed: state.random.next())
      guard state.left > 0, !faults.isEmpty, state.random.chance(percent) else { return (nil, random) }
      let fault = faults[state.random.number(0...(faults.count - 1))]
      state.left -= 1
      state.counts[fault, default: 0] += 1
      return (fault, random)
    }
  }

  /// Stops all further faults.
  package func end() { state.withLock { $0.left = 0 } }

  /// Whether the plan has used all its faults.
  package var isSpent: Bool { state.withLock { $0.left == 0 } }

  /// How many exchanges each fault hit.
  package var counts: [NetworkFault: Int] { state.withLock { $0.counts } }
  /// How many faults occurred.
  package var total: Int { counts.values.reduce(0, +) }
}
