import CFaultVFS
import SampleApplication
import SyncCore

extension World {
  /// Carries out one step of a history.
  func perform(_ step: Step) throws {
    chance.begin(seed: step.seed)
    let device = device(step.device)
    switch step.kind {
    case .run: run(.milliseconds(step.amount))
    case .events: run(events: step.amount)
    case .holdLock: hold(device, for: .milliseconds(step.amount))
    case .read: device.reads = step.amount
    case .editBetween: device.editsBetween.append((step.amount, step.seed))
    case .trigger: device.engine?.assumeIsolated { $0.trigger() }
    case .pause:
      let until =
        step.amount == 0 ? nil : Instant(milliseconds: device.wallMilliseconds + Int64(step.amount))
      device.engine?.assumeIsolated { $0.pause(until: until) }
    case .resume: device.engine?.assumeIsolated { $0.resume() }
    case .pipeline: pipeline(device)
    case .decide: try decide(device, accepts: step.amount == 0)
    case .deleteMuch:
      for number in 0..<step.amount { Person(device, seed: step.seed &+ UInt64(number)).edit(.softDelete) }
    case .kill:
      device.kill()
      device.restart(after: .milliseconds(step.amount))
    case .killAtWrite: device.arm(FAULTVFS_DIE, after: step.amount)
    case .fullDisk: device.arm(FAULTVFS_FULL, after: step.amount)
    case .ioError: device.arm(FAULTVFS_IO, after: step.amount)
    case .clock:
      device.skew += .milliseconds(step.amount)
      trace("\(device.name): the clock jumps by \(step.amount) ms")
    case .loseRequest, .loseReply, .duplicate, .late, .cutRequest, .cutReply, .cutBody, .refuse:
      device.fates.add(step.kind, at: step.amount)
    case .away:
      device.awayUntil = now + .milliseconds(step.amount)
      trace("\(device.name) is away for \(step.amount) ms")
    case .hubKill: hub.kill(for: .milliseconds(step.amount))
    case .hubKillAtWrite: hub.arm(FAULTVFS_DIE, after: step.amount)
    case .hubIOError: hub.arm(FAULTVFS_IO, after: step.amount)
    case .hubClock: hub.skew += .milliseconds(step.amount)
    case .hubRetain: try retain(.milliseconds(step.amount))
    case .declareGone: try hub.declareGone(device)
    case .upgradeSchema: try upgrade(device)
    case .resetLog, .pruneLog: try shorten(device, step)
    case .backUp, .restoreLibrary, .restoreInPlace, .copyOver, .copyLibrary, .hubBackUp, .hubRestore:
      try copy(step.kind, device)
    default: Person(device, seed: step.seed).edit(step.kind)
    }
  }

  /// The daemon answers the first request and finds that it has already read the second: it handles it at
  /// once.
  private func pipeline(_ device: DeviceMachine) {
    guard let engine = device.engine else { return }
    let second = chance.number(0...4)
    let life = device.life
    engine.assumeIsolated {
      $0.trigger { [self, unowned device, unowned engine] outcome, _ in
        trace("\(device.name): the cycle that was asked for ended: \(outcome)")
        guard device.life == life else { return }
        engine.assumeIsolated { inside in
          switch second {
          case 0: inside.trigger()
          case 1: inside.trigger { [unowned engine] _, _ in engine.assumeIsolated { $0.trigger() } }
          case 2:
            inside.pause(until: nil)
            inside.resume()
          case 3: inside.run(.verify(repairs: false)) { _ in }
          default: inside.pause(until: Instant(milliseconds: device.wallMilliseconds + 3000))
          }
        }
      }
    }
  }

  /// If a device holds changes, its user accepts or refuses them. Refused rows are queued whole.
  func decide(_ device: DeviceMachine, accepts: Bool) throws {
    guard device.engine?.assumeIsolated({ $0.status().deviceState?.hold }) != nil else { return }
    trace("\(device.name): a person \(accepts ? "accepts" : "refuses") what is held")
    if !accepts { rivals.queuedWhole(Set(try TypedValues.shown(device.application.connection).values)) }
    device.engine?.assumeIsolated { $0.endHold(through: nil, accepts: accepts) { _ in } }
  }

  /// The application begins a write transaction and leaves it open for a while.
  private func hold(_ device: DeviceMachine, for span: Duration) {
    guard !device.application.connection.isInTransaction else { return }
    do {
      try device.application.connection.execute("BEGIN IMMEDIATE")
      trace("\(device.name): the application holds the write lock for \(span.milliseconds) ms")
      after(span) { [self, weak application = device.application] in
        // Restoring a library closes the application. If this closure kept the connection open, it would
        // share its view of the old write-ahead log with the connection that opens the new file.
        if let application { release(application, of: device) }
      }
    } catch { trace("\(device.name): the application cannot lock: \(error.description)") }
  }

  /// The application is upgraded. It ends its transaction, and the library has another schema from now on.
  private func upgrade(_ device: DeviceMachine) throws {
    release(device.application, of: device)
    do {
      try device.application.upgradeSchema()
      try device.schemaChanged()
      trace("\(device.name): the application is upgraded")
      device.filesMoved()
    } catch let error as SampleFailure {
      trace("\(device.name): the application cannot be upgraded: \(error.description)")
    }
  }

  /// The application ends its transaction.
  func release(_ application: SampleLibrary, of device: DeviceMachine) {
    guard application.connection.isInTransaction else { return }
    do { try application.connection.execute("COMMIT") } catch {
      trace("\(device.name): the application cannot commit: \(error.description)")
    }
    device.filesMoved()
  }

  /// Deletes entries of the application's log. The rows stay. A comparison finds rows without an entry and
  /// queues them whole, even if the hub already has their values.
  private func shorten(_ device: DeviceMachine, _ step: Step) throws {
    let connection = device.application.connection
    // Values that the hub already has belong to an incarnation that the next one does not know.
    let unsent = try device.valuesUnsent()
    rivals.putBack(unsent: unsent)
    if step.kind == .resetLog {
      // A log without any answered entry leaves no trace when it is emptied.
      guard try device.hasAnsweredLog() else { return }
      try connection.execute("DELETE FROM sync_log")
      try connection.execute("DELETE FROM sqlite_sequence WHERE name = 'sync_log'")
      device.incarnationOfReset = try device.incarnation()
      trace("\(device.name): the log is emptied")
    } else {
      // A log that is emptied, and pruned again before the daemon has looked, may leave no trace.
      guard try device.incarnationOfReset == nil || device.incarnationOfReset != device.incarnation() else {
        return
      }
      let ids = try connection.rows("SELECT change_id FROM sync_log ORDER BY change_id DESC LIMIT 12")
        .compactMap { $0[0].integer }
      guard let last = chance.one(of: ids) else { return }
      var gone = ids.filter { $0 <= last }
      if chance.percent(60) { gone = (0..<step.amount).compactMap { _ in chance.one(of: ids) } }
      for id in gone { try connection.run("DELETE FROM sync_log WHERE change_id = ?", [.integer(id)]) }
      trace("\(device.name): entries of the log go: \(Set(gone).sorted())")
    }
    let shown = Set(try TypedValues.shown(connection).values)
    rivals.queuedWhole(shown)
    let left = try shown.union(device.valuesUnsent()).union(hub.valuesInLog())
    typed.excuse("its row was deleted for good, and with the log went what told of it") { number, _ in
      unsent.contains(number) && !left.contains(number)
    }
    device.filesMoved()
  }

  private func copy(_ kind: Step.Kind, _ device: DeviceMachine) throws {
    release(device.application, of: device)
    switch kind {
    case .backUp:
      device.backUps.append(try LibraryCopy(of: device))
      trace("\(device.name): a copy of the library is put aside")
    case .restoreLibrary: try restore(device)
    case .restoreInPlace:
      try putBack(device, "restored in place") { try device.restoreInPlace(from: $0) }
    case .copyOver:
      guard comesToRest(device) else { return }
      try putBack(device, "copied over") { try device.copyOver(from: $0) }
    case .copyLibrary:
      guard devices.count < 6 else { return }
      let copy = try LibraryCopy(of: device)
      rivals.copied(unsent: try device.valuesUnsent())
      let added = try addDevice(from: copy.path)
      trace("\(added.name) begins with a copy of \(device.name)'s library")
    case .hubBackUp: try hub.putAside()
    default: try restoreHub()
    }
  }

  /// Restores the hub. Values that no device shows, keeps or has still to send were dropped with it.
  private func restoreHub() throws {
    guard try hub.restore() else { return }
    let held = try hub.valuesInLog()
    rivals.lostByHub(Set(typed.values.keys).subtracting(held))
    let head = hub.head()
    for device in devices where try device.deviceState().told > head {
      rivals.queuedWhole(Set(try TypedValues.shown(device.application.connection).values))
    }
    var kept = try hub.valuesKept()
    for device in devices { kept.formUnion(try device.valuesKept()) }
    typed.excuse("no device had it any more when the hub was restored") { number, _ in
      !kept.contains(number)
    }
  }

  /// The hub forgets. A deleted row's values go with it: whoever deleted it has dropped them, and everyone
  /// has seen the deletion. If a device that never saw the row brings it back, it comes with that device's
  /// values.
  private func retain(_ retention: Duration) throws {
    let known = try hub.valuesInLog()
    hub.retain(retention)
    let forgotten = try hub.namesForgotten()
    typed.excuse("forgotten with a row that everyone had seen deleted") { number, value in
      known.contains(number) && forgotten.contains(value.place.row)
    }
    // A device that brings such a row back brings it whole, without a base.
    for device in devices {
      let shown = try TypedValues.shown(device.application.connection)
      rivals.lostBase(Set(shown.filter { forgotten.contains($0.key.row) }.values))
    }
    try loseBases()
  }

  /// Devices below what the hub has kept may name bases that are gone.
  private func loseBases() throws {
    let kept = try hub.firstKept()
    for device in devices {
      let isBelow = try device.deviceState().pulled < kept
      let rows = try device.rowsStanding(below: kept)
      let shown = try TypedValues.shown(device.application.connection)
      rivals.lostBase(Set(shown.filter { isBelow || rows.contains($0.key.row) }.values))
    }
  }

  /// Restores a library. Values that were typed since into this file, and did not reach the hub, were dropped
  /// by whoever did this.
  private func restore(_ device: DeviceMachine) throws {
    try putBack(device, "restored from a copy") {
      device.kill()
      try device.replaceLibrary(with: $0)
      device.restart(after: .seconds(1))
    }
  }

  /// Waits until the daemon closes the file, as a person does who closes the application and gets a backup;
  /// returns false if the daemon is too busy for that.
  private func comesToRest(_ device: DeviceMachine) -> Bool {
    for _ in 0..<5 where device.hasFileOpen { run(.seconds(1)) }
    guard device.hasFileOpen else { return true }
    if device.engine?.assumeIsolated({ $0.status().state }) != .syncing {
      suffered(device, "its file cannot be copied over: the daemon is at rest, and has it open")
    }
    return false
  }

  private func putBack(_ device: DeviceMachine, _ how: String, _ act: (String) throws -> Void) throws {
    guard let copy = device.backUps.last else { return }
    let known = try hub.valuesInLog()
    let records = try device.valuesInRecords()
    try act(copy.path)
    try device.schemaChanged()
    try device.noteBlobs()
    rivals.putBack(unsent: try device.valuesUnsent())
    typed.excuse("thrown away with the library that device \(device.index) was restored over") {
      number, value in
      value.device == device.index && value.edit > copy.edits && !known.contains(number)
    }
    // Only the library keeps a record of lost values.
    let gone = records.subtracting(try device.valuesInRecords())
    typed.excuse("recorded in the library that device \(device.index) was restored over") { number, _ in
      gone.contains(number)
    }
    try loseBases()
    trace("\(device.name): the library is \(how)")
  }
}

extension DeviceMachine {
  /// The rows that are noted with a position below one of the hub's log.
  fileprivate func rowsStanding(below position: Int64) throws -> Set<String> {
    guard try identity() != nil else { return [] }
    let sql = "SELECT entity || ' ' || uuid FROM mediasync_notes WHERE position < ?"
    return Set(try application.connection.rows(sql, [.integer(position)]).compactMap { $0[0].text })
  }

  /// Whether any entry of the application's log was ever answered.
  fileprivate func hasAnsweredLog() throws -> Bool {
    guard try identity() != nil else { return false }
    let sql = "SELECT value + 0 FROM mediasync_state WHERE name = 'log_highest'"
    return try application.connection.value(sql)?.integer ?? 0 > 0
  }
}
