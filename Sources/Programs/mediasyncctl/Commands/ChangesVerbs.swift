import ArgumentParser
import ControlProtocol

struct ChangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "Show held changes of other devices, and accept or refuse them.",
    discussion: """
      The daemon holds changes of other devices that would delete or empty more rows than sync.brake_rows and \
      sync.brake_share allow, until you decide.
      """,
    subcommands: [Show.self, Accept.self, Refuse.self], defaultSubcommand: Show.self)
  @ParentCommand var parent: Mediasyncctl

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show the held changes: how many rows, of which kinds, changed by whom (default).")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions

    func run() throws { try Exchange(parent.parent, options).run(.changes(.show)) }
  }

  /// The end of the changes to decide on.
  struct Reach: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Decide only up to this position, which changes show prints. Default: everything that was counted.",
        valueName: "position"))
    var through: Int64?

    func validate() throws {
      guard through ?? 0 >= 0 else { throw ValidationError("a position is 0 or more") }
    }
  }

  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept", abstract: "Apply the held changes.")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var reach: Reach

    func run() throws { try Exchange(parent.parent, options).run(.changes(.accept(through: reach.through))) }
  }

  struct Refuse: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "refuse",
      abstract: "Keep the rows of this library, and send them to the hub again as later edits.")
    @ParentCommand var parent: ChangesCommand
    @OptionGroup var options: VerbOptions
    @OptionGroup var reach: Reach

    func run() throws { try Exchange(parent.parent, options).run(.changes(.refuse(through: reach.through))) }
  }
}
