import ArgumentParser
import ControlProtocol

struct ChangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "Look at changes from elsewhere that are held, and decide.",
    discussion: """
      Changes from other devices that would delete or empty more rows than sync.brake_rows and sync.brake_share allow \
      are held until somebody decides.
      """,
    subcommands: [Show.self, Accept.self, Refuse.self], defaultSubcommand: Show.self)
  @ParentCommand var parent: Mediasyncctl

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show what is held: how many rows, of what, by whom (the default).")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions

    func run() throws { try Exchange(parent.parent, options).run(.changes(.show)) }
  }

  /// Up to where.
  struct Reach: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Up to this position, as changes show names it; without it, all that was counted.",
        valueName: "position"))
    var through: Int64?

    func validate() throws {
      guard through ?? 0 >= 0 else { throw ValidationError("a position is 0 or more") }
    }
  }

  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept", abstract: "Take in what is held.")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var reach: Reach

    func run() throws { try Exchange(parent.parent, options).run(.changes(.accept(through: reach.through))) }
  }

  struct Refuse: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "refuse",
      abstract: "Keep the rows as they are here, and send them to the hub again as later edits.")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var reach: Reach

    func run() throws { try Exchange(parent.parent, options).run(.changes(.refuse(through: reach.through))) }
  }
}
