import ArgumentParser
import ControlProtocol

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Look at what was set aside and why, and try it again.",
    subcommands: [List.self, Show.self, Retry.self, Drop.self], defaultSubcommand: List.self)
  @ParentCommand var parent: Mediasyncctl

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the entries of both directions, the oldest first (the default).")
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
      abstract: "Show an entry: why it stands there, what to do, and what was kept of it.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var record: RecordArgument
    @Flag(help: "The whole entry, however long.")
    var full = false

    func run() throws {
      try Exchange(parent.parent, options).run(.quarantine(.show(id: record.id, full: full)), full: full)
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Try an entry again, or all: queue its row as it is now, or fetch it as the hub has it now.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The entry's number, as the list shows it; without it, all.")
    var id: Int64?

    func run() throws {
      try Exchange(parent.parent, options).run(.quarantine(.retry(id: id)))
    }
  }

  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop", abstract: "Forget entries. What they say is lost, unless the rows say it too.")
    @ParentCommand var parent: QuarantineCommand
    @OptionGroup var options: VerbOptions
    @Argument(help: "The entries' numbers, as the list shows them.")
    var ids: [Int64] = []
    @Flag(help: "All entries.")
    var all = false
    @Option(help: "All entries of this entity, such as MediaFiles.")
    var entity: String?
    @OptionGroup var consent: ConsentOptions

    func validate() throws {
      let ways = [all, entity != nil, !ids.isEmpty].filter { $0 }.count
      guard ways == 1 else { throw ValidationError("give the entries' numbers, --entity, or --all") }
    }

    func run() throws {
      let exchange = Exchange(parent.parent, options)
      let isAgreed = try exchange.mayGoOn(consent) {
        let count = ids.isEmpty ? try exchange.countQuarantine(of: entity) : ids.count
        let whose = entity.map { " of \($0)" } ?? ""
        return Intention(
          count: count,
          text:
            "This forgets \(count) entr\(count == 1 ? "y" : "ies")\(whose) in quarantine. What \(count == 1 ? "it says" : "they say") "
            + "is lost, unless the rows say it too.")
      }
      guard isAgreed else { return }
      guard ids.isEmpty else { return try exchange.run(each: ids) { .quarantine(.drop(id: $0)) } }
      try exchange.run(.quarantine(.dropAll(entity: entity)))
    }
  }
}
