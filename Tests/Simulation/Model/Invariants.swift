import SampleApplication
import SyncCore

/// What must hold after every history (docs/promises.md).
struct Invariants {
  private let world: World
  private let hub: SQLiteConnection
  private let libraries: [(device: DeviceMachine, connection: SQLiteConnection)]

  init(_ world: World) throws {
    self.world = world
    hub = try SQLiteConnection(world.hub.path)
    var libraries: [(DeviceMachine, SQLiteConnection)] = []
    for device in world.devices { libraries.append((device, device.application.connection)) }
    self.libraries = libraries
  }

  /// The first broken invariant; `nil` if all hold.
  func firstBroken() throws -> Violation? {
    if let violation = world.wire.violations.first { return violation }
    if let violation = world.suffering { return violation }
    if let violation = try convergence() { return violation }
    if let violation = try leftovers() { return violation }
    if let violation = try applications() { return violation }
    if let violation = try values() { return violation }
    if let merged = try world.things.merged(hub) { return Violation("two things stay two", merged) }
    if let violation = try ring() { return violation }
    if let violation = try blobs() { return violation }
    if let violation = try precedence() { return violation }
    for (device, connection) in libraries {
      if let violation = try health(device, connection) { return violation }
    }
    return nil
  }

  /// Promise 2: every synced column of every row equals the hub's, on every device.
  private func convergence() throws -> Violation? {
    let forgotten = try LibraryState.forgotten(by: hub)
    for (device, connection) in libraries {
      let state = try LibraryState(library: connection)
      let held = try LibraryState(hub: hub, columns: LibraryState.columns(of: connection))
      let waiting = try Set(state.rows.keys).union(held.rows.keys).filter { try device.waits($0) }
      let difference = state.difference(from: held, device.name, "the hub") {
        waiting.contains($0) || device.mayLack($0, state)
          || state.saysDeleted($0) && (forgotten.contains($0) || held.rows[$0] == nil)
      }
      if let difference { return Violation("devices and hub are equal", difference) }
    }
    return nil
  }

  /// Nothing waits, and nothing is quarantined, without a cause.
  private func leftovers() throws -> Violation? {
    for (device, connection) in libraries where device.lost.isEmpty {
      for (table, name) in [("mediasync_parked", "parked"), ("mediasync_quarantine", "in quarantine")] {
        var rows = try connection.rows("SELECT * FROM \(table)")
        if table == "mediasync_parked" {
          rows = try rows.filter { try !device.waits("\($0[0].text ?? "") \($0[1].text ?? "")") }
        }
        guard let first = rows.first else { continue }
        let text = first.map(\.described).joined(separator: " ")
        return Violation(
          "nothing is \(name) without cause", "\(device.name) has \(rows.count), such as \(text)")
      }
    }
    return nil
  }

  /// Promise 4: every change of every incarnation of a device is in the log at most once.
  private func applications() throws -> Violation? {
    let twice = try hub.rows(
      "SELECT sender, change_id, count(*) FROM log GROUP BY sender, change_id HAVING count(*) > 1 LIMIT 1")
    guard let first = twice.first else { return nil }
    return Violation("nothing is applied twice", first.map(\.described).joined(separator: " "))
  }

  /// Promise 3: every value that a person typed is somewhere, unless a person who saw it removed it.
  private func values() throws -> Violation? {
    var found = try world.hub.valuesNow(hub)
    for (device, connection) in libraries {
      // The libraries still contain, as deleted, a row that the hub has forgotten.
      found.formUnion(try TypedValues.shown(connection).values)
      found.formUnion(try device.valuesInRecords())
    }
    for (number, value) in world.typed.values.sorted(by: { $0.key < $1.key })
    where value.excuse == nil && !found.contains(number) {
      return Violation(
        "nothing typed is lost in silence",
        "t#\(number), typed on device \(value.device) as \(value.place.column) of \(value.place.row), is gone"
      )
    }
    return nil
  }

  /// A cycle of renamed keywords is no conflict.
  private func ring() throws -> Violation? {
    for (device, connection) in libraries {
      for (uuid, word) in world.things.expected.sorted(by: { $0.key < $1.key }) {
        let shown = try connection.value("SELECT keyword FROM Keywords WHERE uuid = ?", [.text(uuid)])?.text
        guard shown != word else { continue }
        return Violation(
          "a ring of renamed rows is no conflict",
          "\(device.name) calls keyword \(uuid) \(shown ?? "nothing"), and it was renamed to \(word)")
      }
    }
    return nil
  }

  /// Bytes stay in their place, and appear nowhere else as text. A row that another row was folded into has
  /// its own.
  private func blobs() throws -> Violation? {
    for (device, _) in libraries {
      let shown = try device.authors()
      for (uuid, bytes) in device.blobs.sorted(by: { $0.key < $1.key }) {
        // If two rows folded, the remaining one may have its own text there.
        guard let found = shown[uuid], found != .blob(bytes), found.text == nil else { continue }
        return Violation(
          "a BLOB stays as it is", "\(device.name) shows \(found) as author of Media \(uuid), not \(bytes)")
      }
    }
    return nil
  }

  /// The user who had seen the other's text wins.
  private func precedence() throws -> Violation? {
    let precedence = Precedence(world)
    if let violation = try precedence.needlessConflict(hub) { return violation }
    for (device, connection) in libraries {
      // A row whose document waits shows an older state.
      let shown = try TypedValues.shown(connection).filter { try !device.waits($0.key.row) }
      if let violation = precedence.comeback(shown, on: device.name) { return violation }
    }
    return nil
  }

  /// Promise 6: the file is sound, the application's schema is unchanged, and full text is right.
  private func health(_ device: DeviceMachine, _ connection: SQLiteConnection) throws -> Violation? {
    let problems = try LibraryHealth.problems(connection)
    if let first = problems.first { return Violation("the library is sound", "\(device.name): \(first)") }
    let schema = try LibraryHealth.schemaText(connection)
    guard schema != device.schema else { return nil }
    let changed = Set(schema).symmetricDifference(device.schema).sorted().first ?? "another order"
    return Violation("the application's schema is untouched", "\(device.name): \(changed)")
  }
}

extension HubMachine {
  /// The head of the log. Its last entries may be gone with forgotten rows.
  func head() -> Int64 {
    guard let connection = try? SQLiteConnection(path) else { return 0 }
    // Either may be missing: a hub may have forgotten everything.
    let sql = """
      SELECT max(
        ifnull((SELECT max(position) FROM log), 0),
        ifnull((SELECT value + 0 FROM meta WHERE name = 'min_change_id'), 0))
      """
    return (try? connection.value(sql))?.integer ?? 0
  }

  /// The position from which the log is complete.
  func firstKept() throws -> Int64 {
    guard isThere else { return 0 }
    let sql = "SELECT value + 0 FROM meta WHERE name = 'min_change_id'"
    return try SQLiteConnection(path).value(sql)?.integer ?? 0
  }

  /// The typed values anywhere in the file.
  func valuesKept() throws -> Set<Int> {
    var found: Set<Int> = []
    let connection = try SQLiteConnection(path)
    for sql in ["SELECT document FROM log", "SELECT losing FROM conflicts"] {
      for row in try connection.rows(sql) { found.formUnion(TypedValues.numbers(in: row[0].text ?? "")) }
    }
    return found
  }

  /// The names of the forgotten rows, including aliases.
  func namesForgotten() throws -> Set<String> {
    guard isThere else { return [] }
    let rows = try SQLiteConnection(path).rows(
      "SELECT names.entity, names.uuid FROM names JOIN \"rows\" ON \"rows\".id = names.\"row\" WHERE standing = 2"
    )
    return Set(rows.map { "\($0[0].text ?? "") \($0[1].text ?? "")" })
  }

  /// The typed values in the log.
  func valuesInLog() throws -> Set<Int> {
    guard isThere else { return [] }
    var found: Set<Int> = []
    for row in try SQLiteConnection(path).rows("SELECT document FROM log") {
      found.formUnion(TypedValues.numbers(in: row[0].text ?? ""))
    }
    return found
  }

  /// The typed values that a row shows now. A value that is only in a record of the hub's is lost for the
  /// person: the library of the device that lost keeps the readable records.
  func valuesNow(_ connection: SQLiteConnection) throws -> Set<Int> {
    var found: Set<Int> = []
    let sql = "SELECT log.document FROM \"rows\" JOIN log ON log.position = \"rows\".position"
    for row in try connection.rows(sql) { found.formUnion(TypedValues.numbers(in: row[0].text ?? "")) }
    return found
  }
}
