import SampleApplication

/// One way into the programs for bytes that someone else wrote.
package protocol FuzzTarget: Sendable {
  /// Its name on the command line and in the corpus.
  var name: String { get }
  /// A well-formed input, as an honest peer or person would send it: what mutation starts from.
  func honestInput(_ random: inout SeededGenerator) -> [UInt8]
  /// Takes an input in, and looks whether everything that must hold still holds.
  ///
  /// - Throws: `Finding` where it does not. A crash or a hang is seen from outside.
  func run(_ input: [UInt8]) throws
}

extension FuzzTarget {
  /// The honest input of a seed.
  package func honestInput(seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return honestInput(&random)
  }

  /// The input of a seed: an honest one, mutated. The same seed gives the same input everywhere.
  package func input(seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let honest = honestInput(&random)
    // One in sixteen stays as it is: the properties must hold for honest messages too.
    guard !random.chance(6) else { return honest }
    return MessageMutator.mutate(honest, &random)
  }
}

/// A property that does not hold.
package struct Finding: Error, CustomStringConvertible, Sendable {
  /// What does not hold, for a person.
  package let description: String

  /// Takes what does not hold.
  package init(_ description: String) { self.description = description }
}

/// Every target there is.
package enum FuzzTargets {
  /// In the order in which they are run.
  package static let all: [any FuzzTarget] = [
    WireTarget(), QueryTarget(), ControlTarget(), SettingsTarget(), LibraryTarget(), HubTarget(),
  ]

  /// The target of a name.
  package static func named(_ name: String) -> (any FuzzTarget)? { all.first { $0.name == name } }
}
