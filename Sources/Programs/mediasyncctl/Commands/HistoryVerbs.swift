import ArgumentParser
import ControlProtocol

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show texts of this device that others replaced, and restore them.",
    discussion: """
      Before a change from the hub replaces a text that was written on this device, the daemon keeps the text for 90 \
      days, up to 64 MiB of texts. These records need no action. For values that lost to another device's edit, see \
      mediasyncctl conflicts.
      """,
    subcommands: [List.self, Show.self, Restore.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the records, oldest first (default).")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var piece: ListOptions

    func run() throws {
      try Exchange(parent.parent, options).run(.history(.list(after: piece.after, limit: piece.limit)))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the texts of a record, and the current ones.")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "Show texts in full, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.history(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore", abstract: "Write the texts back as new edits, and delete the records.")
    @ParentCommand var parent: HistoryCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var records: RecordArguments

    func run() throws {
      try Exchange(parent.parent, options).run(each: records.ids) { .history(.restore(id: $0)) }
    }
  }
}
