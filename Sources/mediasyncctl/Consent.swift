import ArgumentParser
import ControlProtocol
import Glibc

/// For verbs that take something away: what they will do is said first.
struct ConsentOptions: ParsableArguments {
  @Flag(help: "Only say what would be done.")
  var dryRun = false
  @Flag(help: "Do not ask. Without a terminal nobody is asked.")
  var yes = false
}

/// What a verb is about to do.
struct Intention {
  /// How many records or rows it is about; `nil` where nobody has counted.
  var count: Int?
  /// What is done, for people: a sentence that begins with "This".
  var text: String
}

extension Exchange {
  /// Says what will be done where somebody wants to know, and asks where somebody can answer.
  ///
  /// - Parameter intention: looks what there is to do; not called if nobody is told.
  /// - Returns: whether to go on; false after a dry run.
  /// - Throws: exit code 1 if a person said no, and whatever `intention` throws.
  func mayGoOn(_ consent: ConsentOptions, _ intention: () throws -> Intention) throws -> Bool {
    if consent.dryRun {
      let found = try intention()
      try report(found)
      return false
    }
    guard !consent.yes, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return true }
    let text = SafeText.line(try intention().text)
    Terminal.write("\(text)\nGo on? [y/N] ", to: STDERR_FILENO)
    let said = readLine()?.lowercased().filter { $0 != " " }
    if said == "y" || said == "yes" { return true }
    Output.complain("Nothing was done.")
    throw ExitCode(1)
  }

  private func report(_ intention: Intention) throws {
    guard isJSON else {
      return Output.lines([SafeText.line(intention.text), "Nothing was done (--dry-run)."])
    }
    try Output.json(DryRun(dryRun: true, count: intention.count, wouldDo: intention.text))
  }

  /// How many records of conflicts there are.
  func countConflicts(only: [String]) throws -> Int {
    let (payload, _) = try ask(.conflicts(.list(after: 0, limit: 1, only: only)))
    guard case .conflicts(let list)? = payload.answer else {
      throw failed(.garbled("the daemon gave no list"))
    }
    return list.total
  }

  /// How many entries are in quarantine, all or of one entity.
  func countQuarantine(of entity: String?) throws -> Int {
    var (after, count): (Int64?, Int) = (0, 0)
    while let from = after {
      let limit = entity == nil ? 1 : RecordListBounds.most
      let (payload, _) = try ask(.quarantine(.list(after: from, limit: limit)))
      guard case .quarantine(let list)? = payload.answer else {
        throw failed(.garbled("the daemon gave no list"))
      }
      guard let entity else { return list.total }
      count += list.quarantine.count { $0.entity == entity }
      after = list.next
    }
    return count
  }

  /// What the library and the hub say differently now; nothing is changed.
  func compared() throws -> ErrandView {
    let (payload, _) = try ask(.errand(.verify(repair: false)))
    guard case .errand(let view)? = payload.answer else {
      throw failed(.garbled("the daemon gave no comparison"))
    }
    return view
  }

  /// How things stand.
  func status() throws -> Status {
    let (payload, _) = try ask(.status)
    guard let status = payload.status else { throw failed(.garbled("the daemon gave no status")) }
    return status
  }
}

/// What `--dry-run --json` prints.
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
