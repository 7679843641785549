/// A history: how the world is set up, and what happens in it. The same history gives the same trace.
package struct History: Sendable {
  /// How the world is set up.
  package struct Setup: Hashable, Sendable {
    /// How many devices begin.
    package var devices = 2
    /// Changes in one push, at most.
    package var batch = 5
    /// Entries in a page.
    package var page = 5
    /// Rows in a piece of a snapshot.
    package var piece = 5
    /// Entries in one write transaction of ours.
    package var slice = 3
    /// Whether long polls are kept open.
    package var listens = true
    /// Where the devices' and the hub's clocks and identifiers begin.
    package var seed: UInt64 = 0
    /// The usual setup.
    package init() {}
  }

  /// How the world is set up.
  package var setup: Setup
  /// What happens, in order.
  package var steps: [Step]

  /// Takes both.
  package init(setup: Setup, steps: [Step]) {
    self.setup = setup
    self.steps = steps
  }
}

extension History: CustomStringConvertible {
  /// The history as text: the setup in a line, then a line a step.
  package var description: String {
    ([setup.description] + steps.map(\.description)).joined(separator: "\n")
  }

  /// Reads a history from its text. Empty lines and lines that begin with `#` say nothing.
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

  /// Reads a setup from its line.
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
