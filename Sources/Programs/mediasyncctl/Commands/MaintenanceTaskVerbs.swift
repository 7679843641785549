import ArgumentParser
import ControlProtocol

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that this library holds what the hub holds; exit 1 if not.",
    discussion:
      "Compares checksums when the library is next in step. Ignores changes that wait to be pushed.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Fetch the rows that differ. Never overwrites changes that are not pushed yet.")
  var repair = false
  @OptionGroup var consent: ConfirmationOptions

  func validate() throws {
    guard repair || !(consent.dryRun || consent.yes) else {
      throw ValidationError("--dry-run and --yes require --repair: verify alone changes nothing")
    }
  }

  func run() throws {
    let exchange = Exchange(parent, options)
    guard try !repair || exchange.mayContinue(consent, { try action(exchange) }) else { return }
    try exchange.run(.task(.verify(repair: repair)))
  }

  private func action(_ exchange: Exchange) throws -> PlannedAction {
    let found = try exchange.compared()
    let (differ, missing) = (found.counts.differs, found.counts.missingHere)
    return PlannedAction(
      count: differ + missing,
      text:
        "This fetches \(missing) row\(missing == 1 ? "" : "s") that \(missing == 1 ? "is" : "are") missing here, and "
        + "replaces \(differ) with the hub's version. It does not change "
        + "\(found.counts.missingAtHub) that the hub lacks, and \(found.unsettled) with changes that are not pushed yet."
    )
  }
}

struct AdoptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Queue the rows that the hub lacks and that the application's log does not mention.",
    discussion: "Use it for a library that existed before it was synced, or whose log was pruned.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Only show what would be done.")
  var dryRun = false

  func run() throws {
    try Exchange(parent, options).run(.task(.adopt(dryRun: dryRun)))
  }
}

struct ResyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resync",
    abstract: "Start over from the hub's current state. Keeps changes that are not pushed yet.",
    discussion: """
      A library that follows one hub refuses every other hub, so that two are never mixed by mistake. With --join it \
      switches to the hub at hub.url, such as a newly installed hub. The daemon queues everything that the library has \
      and that hub lacks.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Switch to the hub at hub.url, even if it is not the hub that this library follows.")
  var join = false
  @OptionGroup var consent: ConfirmationOptions

  func run() throws {
    let exchange = Exchange(parent, options)
    guard try exchange.mayContinue(consent, { try action(exchange) }) else { return }
    try exchange.run(.task(.resync(join: join)))
  }

  /// Compares only for a dry run: that takes a while, and works only with the hub that the library follows.
  private func action(_ exchange: Exchange) throws -> PlannedAction {
    let status = try exchange.status()
    let hub = status.hubURL ?? "hub.url"
    var text =
      "This makes \(status.database) start over from the current state of the hub at \(hub)"
      + (join
        ? ", even if the library follows another hub until now. The daemon queues what the new hub lacks. "
        : ". ")
      + "Rows that differ get the hub's values. It keeps \(status.pendingLocal) change"
      + "\(status.pendingLocal == 1 ? "" : "s") that \(status.pendingLocal == 1 ? "is" : "are") not pushed yet."
    guard consent.dryRun, !join else { return PlannedAction(count: nil, text: text) }
    let found = try exchange.compared()
    text +=
      " Rows now: \(found.counts.differs) differ, \(found.counts.missingHere) missing here, "
      + "\(found.counts.missingAtHub) missing at the hub."
    return PlannedAction(count: found.counts.total, text: text)
  }
}
