import ArgumentParser
import ControlProtocol

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Show quarantined changes and why, and retry or drop them.",
    subcommands: [List.self, Show.self, Retry.self, Drop.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the entries of both directions, oldest first (default).")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var piece: ListOptions

    func run() throws {
      try Exchange(parent.parent, options).run(.quarantine(.list(after: piece.after, limit: piece.limit)))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show an entry: why it is quarantined, what to do, and its content.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "Show the entry in full, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.quarantine(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Retry one entry, or all: queue the row's current state, or fetch it from the hub.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The entry's number, from the list. Default: all.")
    var id: Int64?

    func run() throws {
      try Exchange(parent.parent, options).run(.quarantine(.retry(id: id)))
    }
  }

  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop", abstract: "Delete entries. Their content is lost, unless the rows have it too.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The entries' numbers, from the list.")
    var ids: [Int64] = []
    @Flag(help: "Delete all entries.")
    var all = false
    @Option(help: "Delete all entries of this entity, such as MediaFiles.")
    var entity: String?
    @OptionGroup var consent: ConfirmationOptions

    func validate() throws {
      let ways = [all, entity != nil, !ids.isEmpty].filter { $0 }.count
      guard ways == 1 else { throw ValidationError("give the entries' numbers, --entity, or --all") }
    }

    func run() throws {
      let exchange = Exchange(parent.parent, options)
      let isAgreed = try exchange.mayContinue(consent) {
        let count = ids.isEmpty ? try exchange.countQuarantine(of: entity) : ids.count
        let whose = entity.map { " of \($0)" } ?? ""
        return PlannedAction(
          count: count,
          text:
            "This deletes \(count) quarantined entr\(count == 1 ? "y" : "ies")\(whose). "
            + "\(count == 1 ? "Its" : "Their") content is lost, unless the rows have it too.")
      }
      guard isAgreed else { return }
      guard ids.isEmpty else { return try exchange.run(each: ids) { .quarantine(.drop(id: $0)) } }
      try exchange.run(.quarantine(.dropAll(entity: entity)))
    }
  }
}
