import FoundationEssentials

/// A program's description of its command line (`--experimental-dump-help`), the source of its manual page.
package struct CommandTree: Decodable, Sendable {
  /// One verb, or the program itself.
  package struct Command: Decodable, Sendable {
    /// The name to type.
    package let commandName: String
    /// What it does, in one sentence.
    package let abstract: String?
    /// A longer description.
    package let discussion: String?
    /// The verb to run if none is typed.
    package let defaultSubcommand: String?
    /// The arguments that it accepts.
    package let arguments: [Argument]?
    /// Its own verbs.
    package let subcommands: [Command]?
    /// Whether help shows it.
    package let shouldDisplay: Bool
  }

  /// An option, a flag, or a value.
  package struct Argument: Decodable, Sendable {
    /// The type of an argument.
    package enum Kind: String, Decodable, Sendable { case positional, option, flag }
    /// A name of an argument.
    package struct Name: Decodable, Sendable, Hashable {
      /// `long`, `short` or `longWithSingleDash`.
      package let kind: String
      /// The name, without hyphens.
      package let name: String
    }

    /// Its type.
    package let kind: Kind
    /// All its names, the long one last.
    package let names: [Name]?
    /// The placeholder for its value.
    package let valueName: String?
    /// The default value, if any.
    package let defaultValue: String?
    /// What it does.
    package let abstract: String?
    /// Whether it can be omitted.
    package let isOptional: Bool
    /// Whether help shows it.
    package let shouldDisplay: Bool
  }

  /// The program with all its verbs.
  package let command: Command

  /// Decodes the program's output.
  ///
  /// - Throws: `DecodingError` if it is not such a description.
  package init(json: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(json)) }
}

extension CommandTree.Command {
  /// The visible verbs except `help`.
  package var verbs: [CommandTree.Command] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// The visible arguments except `--help` and `--version`.
  package var ownArguments: [CommandTree.Argument] {
    (arguments ?? []).filter { $0.shouldDisplay && !$0.isEverywhere }
  }

  /// Every verb that has no verbs of its own, with the words to type.
  package var leaves: [(words: [String], command: CommandTree.Command)] {
    verbs.flatMap { verb in
      verb.verbs.isEmpty
        ? [([verb.commandName], verb)] : verb.leaves.map { ([verb.commandName] + $0.words, $0.command) }
    }
  }
}

extension CommandTree.Argument {
  /// `--help` and `--version`.
  fileprivate var isEverywhere: Bool {
    kind == .flag && (names ?? []).contains { ["help", "version"].contains($0.name) }
  }
}
