import CFaultVFS
import Foundation
import LibraryStore
import SampleApplication
import SyncCore
import SyncEngine

/// A machine: a library file, the application that has it open, and a daemon that a step may kill.
///
/// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
final class DeviceMachine: @unchecked Sendable {
  unowned let world: World
  let index: Int
  let path: String
  /// The application that owns the library; absent only while its file is being replaced.
  private(set) var application: SampleLibrary
  /// The error of the wall clock.
  var skew: Duration
  /// Counts the daemon's processes: an earlier one's requests have no effect on a later one.
  private(set) var life = 0
  private(set) var engine: Engine?
  private var port: SimulatedLibraryPort?
  private var line: HubLine?
  /// The library as the current daemon knows it.
  private var session: LibrarySession?
  /// The device's memory of its library from one daemon to the next.
  private let memory = LibraryCache()
  /// The number of the current file among those that have had the library's name.
  private var fileNumber: UInt64 = 0
  private var tokens = 0
  /// The number of times the application was opened: its own counts start with it.
  private var openings: Int64 = 0
  private var owner: Int32, alarms = 0
  /// The hub is unreachable until this time.
  var awayUntil: Duration = .zero
  /// The faults of coming requests.
  var fates = Fates()
  /// Edits that wait for a moment between two transactions, each with the number of clock reads until then.
  var editsBetween: [(looks: Int, seed: UInt64)] = []
  /// The incarnation in which the application's log was last emptied.
  var incarnationOfReset: String?
  /// The number of reads for which the application still blocks a commit.
  var reads = 0
  /// The saved copies.
  var backUps: [LibraryCopy] = []
  /// Media that were hard-deleted here without a log entry (protocol.md §1, fact 7).
  var lost: Set<String> = []
  /// The bytes that people put in place of a medium's author, and that nobody has replaced here since.
  var blobs: [String: [UInt8]] = [:]
  /// The application's schema, as it created it.
  private(set) var schema = Template.schema
  /// The last line that the daemon would have logged.
  private(set) var lastReport = ""

  init(_ world: World, index: Int, copyOf copy: String?) throws {
    self.world = world
    self.index = index
    path = world.directory + "/device-\(index).sqlite"
    skew = world.chance.percent(50) ? .zero : .seconds(world.chance.number(-20_000...20_000))
    owner = faultvfs_new_owner()
    try FileManager.default.copyItem(atPath: copy ?? Template.path, toPath: path)
    application = try Self.open(path, world, index)
    application.clock = .reading { [unowned self] in wallMilliseconds }
    if copy != nil { try schemaChanged() }
  }

  private static func open(_ path: String, _ world: World, _ index: Int) throws -> SampleLibrary {
    faultvfs_set_owner(0)
    return try SampleLibrary(path, client: "app-\(index)", seed: world.chance.seed(), busyMilliseconds: 0)
  }

  /// The wall clock's time.
  var wallMilliseconds: Int64 { World.epoch + (world.now + skew).milliseconds }
  var name: String { "device \(index)" }
  var isRunning: Bool { engine != nil }

  // MARK: - The daemon

  func start() {
    guard engine == nil else { return }
    life += 1
    owner = faultvfs_new_owner()
    world.trace("\(name) starts")
    let settings = EngineSettings(
      rules: Cycle.Rules(
        batch: BatchLimits(changes: world.setup.batch, bytes: 1 << 20), debounce: .milliseconds(300),
        interval: .seconds(60), listens: world.setup.listens,
        // Half of the histories alternate after nearly every batch.
        pullEvery: world.setup.listens ? .milliseconds(10) : .seconds(1)),
      backoff: Backoff(initial: .seconds(1), limit: .seconds(60)), longPoll: .seconds(30),
      pageEntries: world.setup.page, snapshotRows: world.setup.piece, brake: world.brake)
    let port = SimulatedLibraryPort(self, life: life)
    let line = HubLine(self, life: life)
    (self.port, self.line) = (port, line)
    let engine = Engine(
      executor: world.executor, library: port, hub: line,
      time: DeviceTime(self, life: life), work: SimulatedWorkPort(self, life: life),
      observer: RecordingObserver(self),
      settings: settings)
    self.engine = engine
    engine.assumeIsolated { $0.start() }
  }

  /// `kill -9`: everything that was running here stops.
  func kill() {
    guard engine != nil else { return }
    world.trace("\(name) is killed")
    end()
    faultvfs_arm(owner, Int32(FAULTVFS_DIE.rawValue), 0)
    dropLibrary()
  }

  private func end() {
    life += 1
    engine = nil
    port?.forget()
    line?.forget()
    (port, line) = (nil, nil)
  }

  /// Restarts after a while.
  func restart(after span: Duration) {
    let life = life
    world.after(span) { [self] in if self.life == life { start() } }
  }

  private func dropLibrary() {
    faultvfs_set_owner(owner)
    session = nil
    faultvfs_set_owner(0)
  }

  /// Runs an engine's action after a span, if the same process still runs then.
  func after(_ span: Duration, _ life: Int, _ action: @escaping (Engine) -> Void) {
    world.after(span) { [self] in
      guard self.life == life, let engine else { return }
      action(engine)
    }
  }

  func setAlarm(after span: Duration?, life: Int) {
    alarms += 1
    guard let span else { return }
    let number = alarms
    after(max(span, .zero), life) { [self] engine in
      guard alarms == number else { return }
      engine.assumeIsolated { $0.timerFired() }
    }
  }

  func record(_ line: String) {
    lastReport = line
    world.trace("\(name): \(line)")
  }

  // MARK: - The library

  /// Runs a piece of work on the library, as the store's queue does.
  func work<Outcome>(_ work: (LibrarySession) throws(StoreError) -> Outcome) -> Result<Outcome, StoreError> {
    faultvfs_set_owner(owner)
    defer { faultvfs_set_owner(0) }
    let session =
      session
      ?? LibrarySession(path: path, pace: pace) { [unowned self] () throws(StoreError) in try opened() }
    self.session = session
    let result = Result { () throws(StoreError) in try work(session) }
    if case .failure(let error) = result { world.trace("\(name): the library fails: \(error)") }
    if dies, faultvfs_has_fired(owner) != 0 {
      dies = false
      kill()
      restart(after: .seconds(1))
    }
    return result
  }

  /// Whether the armed fault is a kill.
  private var dies = false

  func arm(_ kind: faultvfs_kind, after count: Int) {
    dies = kind == FAULTVFS_DIE
    faultvfs_arm(owner, Int32(kind.rawValue), Int32(count))
    guard kind == FAULTVFS_FULL else { return }
    let armed = owner
    world.after(.seconds(world.chance.number(5...120))) { faultvfs_disarm(armed) }
  }

  /// Disarms all faults.
  func disarm() {
    dies = false
    faultvfs_disarm(owner)
    fates = Fates()
    editsBetween = []
    reads = 0
    awayUntil = .zero
  }

  /// The daemon closes the file, as it does when nothing needs it.
  func rest() {
    guard session?.isOpen == true else { return }
    let result = work { (session) throws(StoreError) in try session.rest() }
    if case .success(true) = result { filesMoved() }
  }

  func forgetLibrary() {
    faultvfs_set_owner(owner)
    session?.forget()
    faultvfs_set_owner(0)
  }

  /// Whether the daemon has the file open.
  var hasFileOpen: Bool { session?.isOpen ?? false }

  private func opened() throws(StoreError) -> Library {
    let world = world
    return try LibraryOpening.open(
      path: path,
      identity: LibraryOpening.Identity(
        configured: nil, machine: "machine-\(index)", freshToken: { [unowned self] in freshToken() },
        randomIdentifier: { world.chance.uuid() }),
      memory: memory, pace: pace, clock: { [unowned self] in Instant(milliseconds: wallMilliseconds) })
  }

  /// Not from the step's random numbers: a token decides only whether two files are one.
  private func freshToken() -> WriteToken {
    tokens += 1
    return WriteToken(rawValue: "token \(tokens) of device \(index)")
  }

  private var pace: StoreEnvironment {
    StoreEnvironment(
      now: { [unowned self] in look() }, pause: { [unowned self] in world.spend($0) },
      readers: .asked { [unowned self] in isRead() }, busyTimeout: .zero, firstSlice: world.setup.slice,
      stamp: { [unowned self] _ in stamp() })
  }

  /// The files' state. A history lasts longer in virtual time than in the file system's, so the stamp counts
  /// writes: by the application (`total_changes`) and by everybody else (`data_version`).
  private func stamp() -> FileStampReading {
    let connection = application.connection
    let others = (try? connection.value("PRAGMA data_version")?.integer) ?? 0
    let file = FileStamp.File(
      identity: .init(device: 0, inode: fileNumber), size: Int64(connection.totalChanges),
      modified: openings << 32 + others)
    return FileStampReading(stamp: FileStamp(file: file, wal: nil), isOldEnough: true)
  }

  /// A read of the clock between two transactions: pending edits run now.
  private func look() -> Duration {
    world.spend(.milliseconds(1))
    for index in editsBetween.indices { editsBetween[index].looks -= 1 }
    let due = editsBetween.filter { $0.looks <= 0 }
    editsBetween.removeAll { $0.looks <= 0 }
    for edit in due {
      faultvfs_set_owner(0)
      Person(self, seed: edit.seed).editSomething()
      faultvfs_set_owner(owner)
    }
    return world.now
  }

  private func isRead() -> Bool {
    guard reads > 0 else { return false }
    reads -= 1
    return true
  }

  // MARK: - The application

  /// The watcher reports to the daemon that the files changed.
  func filesMoved() {
    after(.milliseconds(world.chance.number(1...40)), life) { engine in
      engine.assumeIsolated { $0.libraryMayHaveChanged() }
    }
  }

  /// Replaces the library's file while the daemon is stopped.
  func replaceLibrary(with copy: String) throws {
    precondition(engine == nil, "a library is replaced while no daemon runs")
    application = try SampleLibrary(":memory:", client: "nobody")
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
    try FileManager.default.copyItem(atPath: copy, toPath: path)
    fileNumber += 1
    try openApplication()
  }

  private func openApplication() throws {
    openings += 1
    application = try Self.open(path, world, index)
    application.clock = .reading { [unowned self] in wallMilliseconds }
  }

  /// Drops the bytes that somebody has replaced.
  func noteBlobs() throws {
    guard !blobs.isEmpty else { return }
    let shown = try authors()
    blobs = blobs.filter { shown[$0.key] == .blob($0.value) }
  }

  /// The value in the author column, by medium.
  func authors() throws -> [String: SQLValue] {
    let rows = try application.connection.rows("SELECT uuid, author FROM Media")
    return Dictionary(rows.map { ($0[0].text ?? "", $0[1]) }, uniquingKeysWith: { first, _ in first })
  }

  /// The application has created another schema.
  func schemaChanged() throws { schema = try LibraryHealth.schemaText(application.connection) }

  /// Makes the library equal to a copy, under the running daemon.
  func restoreInPlace(from copy: String) throws {
    try application.connection.restore(from: copy)
    try openApplication()
    filesMoved()
  }

  /// Writes a copy over the library's file, as `cp` does. No process has it open.
  func copyOver(from copy: String) throws {
    application = try SampleLibrary(":memory:", client: "nobody")
    for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: copy)))
    try file.close()
    try openApplication()
    filesMoved()
  }

  /// Whether a row may be missing here: something was hard-deleted, and nobody has repaired it yet.
  func mayLack(_ row: String, _ state: LibraryState) -> Bool { !lost.isEmpty && state.rows[row] == nil }

  /// The device's id in the library; `nil` before the daemon has run.
  func identity() throws -> String? {
    guard try !application.connection.rows("PRAGMA table_info(mediasync_state)").isEmpty else { return nil }
    return try kept("device_id")?.text
  }

  /// The incarnation under which it sends; `nil` before it has one.
  func incarnation() throws -> String? { try identity() == nil ? nil : kept("incarnation")?.text }

  /// A value of the sync state in the library, which must have one.
  private func kept(_ name: String) throws -> SQLValue? {
    try application.connection.value("SELECT value FROM mediasync_state WHERE name = ?", [.text(name)])
  }

  /// The device's position in the hub's log, and the newest one that the hub has reported.
  func deviceState() throws -> (pulled: Int64, told: Int64) {
    guard try identity() != nil else { return (0, 0) }
    let pulled = try kept("pulled")?.integer ?? 0
    return (pulled, max(pulled, try kept("chain_at")?.integer ?? 0))
  }

  /// The typed values that the file shows, keeps, or has still to send.
  func valuesKept() throws -> Set<Int> {
    var found = Set(try TypedValues.shown(application.connection).values).union(try valuesUnsent())
    guard try identity() != nil else { return found }
    found.formUnion(try valuesInRecords())
    found.formUnion(try values(in: "SELECT document FROM mediasync_parked"))
    return found
  }

  /// The typed values in conflict records and in quarantine.
  func valuesInRecords() throws -> Set<Int> {
    guard try identity() != nil else { return [] }
    return try values(in: "SELECT losing FROM mediasync_conflicts").union(
      values(in: "SELECT entry FROM mediasync_quarantine"))
  }

  /// The typed values in changes that are unsent or unanswered.
  func valuesUnsent() throws -> Set<Int> { try logged().texts }

  /// The typed values in the log's entries after a given one, or in the unanswered ones, and the newest
  /// entry.
  func logged(after entry: Int64? = nil) throws -> (texts: Set<Int>, newest: Int64) {
    var first = entry ?? 0
    if entry == nil, try identity() != nil {
      let sql = "SELECT value + 0 FROM mediasync_state WHERE name = 'pushed'"
      first = try application.connection.value(sql)?.integer ?? 0
    }
    let newest = try application.connection.value("SELECT max(change_id) FROM sync_log")?.integer ?? first
    return (try values(in: "SELECT payload FROM sync_log WHERE change_id > \(first)"), newest)
  }

  private func values(in sql: String) throws -> Set<Int> {
    Set(try application.connection.rows(sql).flatMap { TypedValues.numbers(in: $0[0].text ?? "") })
  }

  /// Ends the history.
  func leave() {
    end()
    dropLibrary()
  }
}
