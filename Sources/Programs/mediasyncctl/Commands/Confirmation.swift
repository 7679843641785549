import ArgumentParser
import ControlProtocol
import Glibc

/// Options of verbs that delete or overwrite something and ask first.
struct ConfirmationOptions: ParsableArguments {
  @Flag(help: "Only show what would be done.")
  var dryRun = false
  @Flag(help: "Do not ask. Without a terminal, the command never asks.")
  var yes = false
}

/// What a verb is about to do.
struct PlannedAction {
  /// How many records or rows it affects; `nil` if not counted.
  var count: Int?
  /// The effect, for people: a sentence that begins with "This".
  var text: String
}

extension Exchange {
  /// Prints the effect and asks for confirmation. For a dry run it only prints. With `--yes` or without a
  /// terminal it does neither.
  ///
  /// - Parameter action: finds out the effect; called only if it is printed.
  /// - Returns: whether to continue; false after a dry run.
  /// - Throws: exit code 1 if the answer is not yes, and whatever `action` throws.
  func mayContinue(_ consent: ConfirmationOptions, _ action: () throws -> PlannedAction) throws -> Bool {
    if consent.dryRun {
      let found = try action()
      try report(found)
      return false
    }
    guard !consent.yes, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return true }
    let text = SafeText.line(try action().text)
    Terminal.write("\(text)\nContinue? [y/N] ", to: STDERR_FILENO)
    let said = readLine()?.lowercased().filter { $0 != " " }
    if said == "y" || said == "yes" { return true }
    Output.complain("Nothing was done.")
    throw ExitCode(1)
  }

  private func report(_ action: PlannedAction) throws {
    guard isJSON else {
      return Output.lines([SafeText.line(action.text), "Nothing was done (--dry-run)."])
    }
    try Output.json(DryRun(dryRun: true, count: action.count, wouldDo: action.text))
  }

  /// Counts the conflict records, all or only those that `only` selects.
  func countConflicts(only: [String]) throws -> Int {
    let (payload, _) = try ask(.conflicts(.list(after: 0, limit: 1, only: only)))
    guard case .conflicts(let list)? = payload.answer else {
      throw failed(.garbled("the daemon sent no list"))
    }
    return list.total
  }

  /// Counts the quarantined entries, all or of one entity.
  func countQuarantine(of entity: String?) throws -> Int {
    var (after, count): (Int64?, Int) = (0, 0)
    while let from = after {
      let limit = entity == nil ? 1 : RecordListBounds.most
      let (payload, _) = try ask(.quarantine(.list(after: from, limit: limit)))
      guard case .quarantine(let list)? = payload.answer else {
        throw failed(.garbled("the daemon sent no list"))
      }
      guard let entity else { return list.total }
      count += list.quarantine.count { $0.entity == entity }
      after = list.next
    }
    return count
  }

  /// Compares the library with the hub. Changes nothing.
  func compared() throws -> MaintenanceTaskView {
    let (payload, _) = try ask(.task(.verify(repair: false)))
    guard case .task(let view)? = payload.answer else {
      throw failed(.garbled("the daemon sent no comparison"))
    }
    return view
  }

  /// Asks for the daemon's status.
  func status() throws -> Status {
    let (payload, _) = try ask(.status)
    guard let status = payload.status else { throw failed(.garbled("the daemon sent no status")) }
    return status
  }
}

/// The output of `--dry-run --json`.
private struct DryRun: Encodable {
  let dryRun: Bool
  let count: Int?
  let wouldDo: String

  enum CodingKeys: String, CodingKey {
    case count
    case dryRun = "dry_run"
    case wouldDo = "would_do"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dryRun, forKey: .dryRun)
    try container.encode(count, forKey: .count)
    try container.encode(wouldDo, forKey: .wouldDo)
  }
}
