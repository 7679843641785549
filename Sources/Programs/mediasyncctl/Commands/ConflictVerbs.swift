import ArgumentParser
import ControlProtocol

struct ConflictsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "Show values that lost to another device's edit, and restore them.",
    subcommands: [List.self, Show.self, Restore.self, Dismiss.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the records, oldest first (default).")
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
      commandName: "show", abstract: "Show both versions of a record, column by column.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "Show texts in full, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.conflicts(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Write the lost values back as new edits, and delete the records.")
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var records: RecordArguments

    func run() throws {
      try Exchange(parent.parent, options).run(each: records.ids) { .conflicts(.restore(id: $0)) }
    }
  }

  struct Dismiss: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dismiss", abstract: "Delete records and the lost values in them.",
      discussion: """
        When two libraries sync for the first time, many records may be useless. To delete them: \
        mediasyncctl conflicts dismiss --all --only ingestion_date,author
        """)
    @ParentCommand var parent: ConflictsCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The records' numbers, from the list.")
    var ids: [Int64] = []
    @Flag(help: "Delete all records.")
    var all = false
    @OptionGroup var columns: OnlyOption
    @OptionGroup var consent: ConfirmationOptions

    func validate() throws {
      guard all == ids.isEmpty else { throw ValidationError("give the records' numbers, or --all") }
      guard all || columns.names.isEmpty else { throw ValidationError("--only requires --all") }
      guard all || !(consent.dryRun || consent.yes) else {
        throw ValidationError("--dry-run and --yes require --all")
      }
    }

    func run() throws {
      let exchange = Exchange(parent.parent, options)
      guard all else { return try exchange.run(each: ids) { .conflicts(.dismiss(id: $0)) } }
      let isAgreed = try exchange.mayContinue(consent) {
        let count = try exchange.countConflicts(only: columns.names)
        return PlannedAction(
          count: count,
          text:
            "This deletes \(count) conflict record\(count == 1 ? "" : "s") and the lost values in "
            + "\(count == 1 ? "it" : "them").")
      }
      guard isAgreed else { return }
      try exchange.run(.conflicts(.dismissAll(only: columns.names)))
    }
  }
}

/// One record.
struct RecordArgument: ParsableArguments {
  @Argument(help: "The record's number, from the list.")
  var id: Int64
}

/// One or more records.
struct RecordArguments: ParsableArguments {
  @Argument(help: "The records' numbers, from the list.")
  var ids: [Int64]
}

/// Selects records by the columns that lost in them.
struct OnlyOption: ParsableArguments {
  @Option(help: "Only records in which no other columns lost: COLUMN[,COLUMN…].")
  var only: String?

  var names: [String] { only?.split(separator: ",").map { String($0) } ?? [] }

  func validate() throws {
    guard only == nil || !names.isEmpty else { throw ValidationError("--only needs at least one column") }
  }
}

/// Selects a part of a list.
struct ListOptions: ParsableArguments {
  @Option(help: "Only records with a higher number.")
  var after: Int64 = 0

  @Option(help: "The maximum number of records, up to \(RecordListBounds.most).")
  var limit: Int = RecordListBounds.usual

  func validate() throws {
    guard after >= 0 else { throw ValidationError("--after must be a record's number, or 0") }
    guard (1...RecordListBounds.most).contains(limit) else {
      throw ValidationError("--limit must be between 1 and \(RecordListBounds.most)")
    }
  }
}
