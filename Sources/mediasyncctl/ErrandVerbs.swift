import ArgumentParser
import ControlProtocol

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove that this library holds what the hub holds; exit 1 where it does not.",
    discussion:
      "Compared by checksums when the library is next in step. Changes that wait to be pushed are left out.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Fetch the rows that differ; changes of this library that are not pushed are never touched.")
  var repair = false

  func run() throws {
    try Exchange(parent, options).run(.errand(.verify(repair: repair)))
  }
}

struct AdoptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Queue the rows that no log entry speaks of and that the hub lacks.",
    discussion: "For a library that existed before it was synced, or whose log was pruned.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Only say what would happen.")
  var dryRun = false

  func run() throws {
    try Exchange(parent, options).run(.errand(.adopt(dryRun: dryRun)))
  }
}

struct ResyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resync", abstract: "Start over from the hub's present state. Unpushed changes stay.",
    discussion: """
      A library that is in step with one hub refuses every other, so that two are never mixed by mistake. With --join \
      it goes over to the one that hub.url names now: a hub that was set up anew, or another. Everything that the \
      library holds and that hub lacks is queued for it.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Also where the hub keeps another log than the one this library is in step with.")
  var join = false

  func run() throws {
    try Exchange(parent, options).run(.errand(.resync(join: join)))
  }
}
