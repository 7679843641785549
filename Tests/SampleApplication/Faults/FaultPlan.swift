import Synchronization

/// Which exchanges are disturbed, and how: drawn from a seed, so many at most.
package final class FaultPlan: Sendable {
  private struct State {
    var random: SeededGenerator
    var left: Int
    var counts: [NetworkFault: Int] = [:]
  }

  private let faults: [NetworkFault]
  private let percent: Int
  private let state: Mutex<State>

  /// Takes the faults to choose from, how many of 100 exchanges are disturbed, and when that ends.
  package init(seed: UInt64, faults: [NetworkFault], percent: Int, most: Int) {
    self.faults = faults
    self.percent = percent
    state = Mutex(State(random: SeededGenerator(seed: seed), left: most))
  }

  /// What befalls the next exchange, with random numbers for the details.
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

  /// No more faults from now on.
  package func end() { state.withLock { $0.left = 0 } }

  /// Whether all of them have befallen an exchange.
  package var isSpent: Bool { state.withLock { $0.left == 0 } }

  /// How often each befell an exchange.
  package var counts: [NetworkFault: Int] { state.withLock { $0.counts } }
  /// How many there were.
  package var total: Int { counts.values.reduce(0, +) }
}
