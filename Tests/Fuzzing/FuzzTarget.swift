import SampleApplication

/// One entry point of the programs for bytes from others.
package protocol FuzzTarget: Sendable {
  /// The name on the command line and in the corpus.
  var name: String { get }
  /// A well-formed input, as an honest peer or person would send it: the start of mutation.
  func honestInput(_ random: inout SeededGenerator) -> [UInt8]
  /// Processes an input, and checks that all properties still hold.
  ///
  /// - Throws: `Finding` if one does not. The caller detects a crash or a hang.
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
  /// The broken property, for a person.
  package let description: String

  /// Creates a finding from a description.
  package init(_ description: String) { self.description = description }
}

/// The list of all targets.
package enum FuzzTargets {
  /// All targets, in the order of their runs.
  package static let all: [any FuzzTarget] = [
    WireTarget(), QueryTarget(), ControlTarget(), SettingsTarget(), LibraryTarget(), HubTarget(),
  ]

  /// The target with a name.
  package static func named(_ name: String) -> (any FuzzTarget)? { all.first { $0.name == name } }
}
