import FoundationEssentials

/// What a program says of its own command line (`--experimental-dump-help`): the one source of its manual page.
package struct CommandTree: Decodable, Sendable {
  /// One verb, or the program itself.
  package struct Command: Decodable, Sendable {
    /// What is typed.
    package let commandName: String
    /// What it does, in a sentence.
    package let abstract: String?
    /// More of it.
    package let discussion: String?
    /// The verb that is meant where none is typed.
    package let defaultSubcommand: String?
    /// What can stand behind it.
    package let arguments: [Argument]?
    /// The verbs below it.
    package let subcommands: [Command]?
    /// Whether people are to see it.
    package let shouldDisplay: Bool
  }

  /// An option, a flag, or a value.
  package struct Argument: Decodable, Sendable {
    /// What it is.
    package enum Kind: String, Decodable, Sendable { case positional, option, flag }
    /// A name as it is typed, without its hyphens.
    package struct Name: Decodable, Sendable, Hashable {
      /// `long`, `short` or `longWithSingleDash`.
      package let kind: String
      /// Without hyphens.
      package let name: String
    }

    /// What it is.
    package let kind: Kind
    /// Every name.
    package let names: [Name]?
    /// What its value is called.
    package let valueName: String?
    /// The value that counts where none is given.
    package let defaultValue: String?
    /// What it is for.
    package let abstract: String?
    /// Whether it can be left out.
    package let isOptional: Bool
    /// Whether people are to see it.
    package let shouldDisplay: Bool
  }

  /// The program.
  package let command: Command

  /// Reads what the program has printed.
  package init(json: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(json)) }
}

extension CommandTree.Command {
  /// The verbs that people see, but for `help`.
  package var verbs: [CommandTree.Command] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// The arguments that people see, but for those that every program has.
  package var ownArguments: [CommandTree.Argument] {
    (arguments ?? []).filter { $0.shouldDisplay && !$0.isEverywhere }
  }

  /// Every verb that does something, with the words that lead to it.
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
