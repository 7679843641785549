import ArgumentParser
import ControlProtocol

struct ConflictsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "Look at what lost to another device, and bring it back.",
    subcommands: [List.self, Show.self, Restore.self, Dismiss.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the records, the oldest first (the default).")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var piece: ListOptions

    func run() throws {
      try Exchange(parent.parent, options).run(.conflicts(.list(after: piece.after, limit: piece.limit)))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show both versions of a record, side by side by column.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "Whole texts, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.conflicts(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Write the values that lost back, as a new edit. The record then goes.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument

    func run() throws {
      try Exchange(parent.parent, options).run(.conflicts(.restore(id: record.id)))
    }
  }

  struct Dismiss: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dismiss", abstract: "Forget a record, and with it the values that lost.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument

    func run() throws {
      try Exchange(parent.parent, options).run(.conflicts(.dismiss(id: record.id)))
    }
  }
}

/// Which record.
struct RecordArgument: ParsableArguments {
  @Argument(help: "The record's number, as the list shows it.")
  var id: Int64
}

/// Which piece of a list.
struct ListOptions: ParsableArguments {
  @Option(help: "Only records behind this number.")
  var after: Int64 = 0

  @Option(help: "At most so many records, up to \(RecordListBounds.most).")
  var limit: Int = RecordListBounds.usual

  func validate() throws {
    guard after >= 0 else { throw ValidationError("--after is a record's number, or 0") }
    guard (1...RecordListBounds.most).contains(limit) else {
      throw ValidationError("--limit is between 1 and \(RecordListBounds.most)")
    }
  }
}
