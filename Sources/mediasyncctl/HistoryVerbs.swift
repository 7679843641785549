import ArgumentParser
import ControlProtocol

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Look at texts written here that others have replaced, and bring them back.",
    discussion: """
      Whatever a hub sends: before it replaces a text in a row that was written on this device, the text is kept, for \
      90 days, up to 64 MiB of texts. Nothing needs to be done about these records; what lost to another's edit is in \
      mediasyncctl conflicts.
      """,
    subcommands: [List.self, Show.self, Restore.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the records, the oldest first (the default).")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var piece: ListOptions

    func run() throws {
      try Exchange(parent.parent, options).run(.history(.list(after: piece.after, limit: piece.limit)))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the texts of a record, and what stands there now.")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "Whole texts, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.history(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore", abstract: "Write the texts back, as new edits. The records then go.")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var records: RecordArguments

    func run() throws {
      try Exchange(parent.parent, options).run(each: records.ids) { .history(.restore(id: $0)) }
    }
  }
}
