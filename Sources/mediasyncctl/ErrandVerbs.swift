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
  @OptionGroup var consent: ConsentOptions

  func validate() throws {
    guard repair || !(consent.dryRun || consent.yes) else {
      throw ValidationError("--dry-run and --yes go with --repair: without it nothing is changed")
    }
  }

  func run() throws {
    let exchange = Exchange(parent, options)
    guard try !repair || exchange.mayGoOn(consent, { try intention(exchange) }) else { return }
    try exchange.run(.errand(.verify(repair: repair)))
  }

  private func intention(_ exchange: Exchange) throws -> Intention {
    let found = try exchange.compared()
    let (differ, missing) = (found.counts.differs, found.counts.missingHere)
    return Intention(
      count: differ + missing,
      text:
        "This fetches \(missing) row\(missing == 1 ? "" : "s") that \(missing == 1 ? "is" : "are") missing here, and "
        + "\(differ) that the hub says differently, over what this library says; \(found.counts.missingAtHub) that the hub "
        + "lacks and \(found.unsettled) with changes that are not pushed stay as they are.")
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
  @OptionGroup var consent: ConsentOptions

  func run() throws {
    let exchange = Exchange(parent, options)
    guard try exchange.mayGoOn(consent, { try intention(exchange) }) else { return }
    try exchange.run(.errand(.resync(join: join)))
  }

  /// Comparing takes a while, and takes the hub that the library is in step with: it is done for a dry run alone.
  private func intention(_ exchange: Exchange) throws -> Intention {
    let status = try exchange.status()
    let hub = status.hubURL ?? "hub.url"
    var text =
      "This has \(status.database) start over from the present state of the hub at \(hub)"
      + (join
        ? ", even if that is another hub than the one it is in step with: what it lacks is queued for it. "
        : ". ")
      + "Rows that the hub says differently become what the hub says; \(status.pendingLocal) change"
      + "\(status.pendingLocal == 1 ? "" : "s") that \(status.pendingLocal == 1 ? "is" : "are") not pushed stay."
    guard consent.dryRun, !join else { return Intention(count: nil, text: text) }
    let found = try exchange.compared()
    text +=
      " As compared now, \(found.counts.differs) differ, \(found.counts.missingHere) are missing here, and the hub lacks "
      + "\(found.counts.missingAtHub)."
    return Intention(count: found.counts.total, text: text)
  }
}
