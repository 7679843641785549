/// A history: the setup of the world, and the steps. The same history gives the same trace.
package struct History: Sendable {
  /// The setup of the world.
  package struct Setup: Hashable, Sendable {
    /// The number of devices at the start.
    package var devices = 2
    /// The maximum of changes in one push.
    package var batch = 5
    /// The maximum of entries in a page.
    package var page = 5
    /// The maximum of rows in a piece of a snapshot.
    package var piece = 5
    /// The maximum of entries in one write transaction of the daemon.
    package var slice = 3
    /// Whether long polls are kept open.
    package var listens = true
    /// The seed of the clocks and identifiers of devices and hub.
    package var seed: UInt64 = 0
    /// The usual setup.
    package init() {}
  }

  /// The setup of the world.
  package var setup: Setup
  /// The steps, in order.
  package var steps: [Step]

  /// Creates a history from its parts.
  package init(setup: Setup, steps: [Step]) {
    self.setup = setup
    self.steps = steps
  }
}

extension History: CustomStringConvertible {
  /// The history as text: one line for the setup, then one line per step.
  package var description: String {
    ([setup.description] + steps.map(\.description)).joined(separator: "\n")
  }

  /// Parses a history. Ignores empty lines and lines that begin with `#`.
  package init?(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter {
      !$0.isEmpty && !$0.hasPrefix("#")
    }
    guard let first = lines.first, let setup = Setup(first) else { return nil }
    var steps: [Step] = []
    for line in lines.dropFirst() {
      guard let step = Step(line) else { return nil }
      steps.append(step)
    }
    self.init(setup: setup, steps: steps)
  }
}

extension History.Setup: CustomStringConvertible {
  /// The setup as a line.
  package var description: String {
    "setup \(devices) \(batch) \(page) \(piece) \(slice) \(listens ? 1 : 0) \(seed)"
  }

  /// Parses a setup from its line.
  package init?(_ line: some StringProtocol) {
    let parts = line.split(separator: " ")
    guard parts.count == 8, parts[0] == "setup", let seed = UInt64(parts[7]) else { return nil }
    let numbers = parts[1...6].compactMap { Int($0) }
    guard numbers.count == 6 else { return nil }
    self.init()
    (devices, batch, page, piece, slice) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    listens = numbers[5] != 0
    self.seed = seed
  }
}
