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
    @OptionGroup var columns: OnlyOption

    func run() throws {
      try Exchange(parent.parent, options).run(
        .conflicts(.list(after: piece.after, limit: piece.limit, only: columns.names)))
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
      abstract: "Write the values that lost back, as new edits. The records then go.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var records: RecordArguments

    func run() throws {
      try Exchange(parent.parent, options).run(each: records.ids) { .conflicts(.restore(id: $0)) }
    }
  }

  struct Dismiss: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dismiss", abstract: "Forget records, and with them the values that lost.",
      discussion: """
        Two libraries that meet for the first time make many records that nobody needs: \
        mediasyncctl conflicts dismiss --all --only ingestion_date,author
        """)
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The records' numbers, as the list shows them.")
    var ids: [Int64] = []
    @Flag(help: "All records.")
    var all = false
    @OptionGroup var columns: OnlyOption
    @OptionGroup var consent: ConsentOptions

    func validate() throws {
      guard all == ids.isEmpty else { throw ValidationError("give the records' numbers, or --all") }
      guard all || columns.names.isEmpty else { throw ValidationError("--only goes with --all") }
      guard all || !(consent.dryRun || consent.yes) else {
        throw ValidationError("--dry-run and --yes go with --all")
      }
    }

    func run() throws {
      let exchange = Exchange(parent.parent, options)
      guard all else { return try exchange.run(each: ids) { .conflicts(.dismiss(id: $0)) } }
      let isAgreed = try exchange.mayGoOn(consent) {
        let count = try exchange.countConflicts(only: columns.names)
        return Intention(
          count: count,
          text:
            "This forgets \(count) conflict record\(count == 1 ? "" : "s"), and with \(count == 1 ? "it" : "them") the "
            + "values that lost.")
      }
      guard isAgreed else { return }
      try exchange.run(.conflicts(.dismissAll(only: columns.names)))
    }
  }
}

/// Which record.
struct RecordArgument: ParsableArguments {
  @Argument(help: "The record's number, as the list shows it.")
  var id: Int64
}

/// Which records.
struct RecordArguments: ParsableArguments {
  @Argument(help: "The records' numbers, as the list shows them.")
  var ids: [Int64]
}

/// Which records, by the columns that lost in them.
struct OnlyOption: ParsableArguments {
  @Option(help: "Only records in which nothing but these columns lost: COLUMN[,COLUMN…].")
  var only: String?

  var names: [String] { only?.split(separator: ",").map { String($0) } ?? [] }

  func validate() throws {
    guard only == nil || !names.isEmpty else { throw ValidationError("--only names at least one column") }
  }
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
