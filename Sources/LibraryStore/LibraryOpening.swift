import CSQLite
import Glibc
import GRDB
import SyncCore

/// Opens a library: everything that can be wrong with the file is told apart here, once.
package enum LibraryOpening {
  /// Who this device is to be, as far as the world outside the library decides it.
  package struct Identity: Sendable {
    /// From the configuration; `nil` keeps the library's own, or makes one.
    package var configured: DeviceID?
    /// This machine's application-specific id; `nil` where the machine has none.
    package var machine: String?
    /// Makes random identifiers.
    package var randomIdentifier: @Sendable () -> String

    /// Takes the configured id, the machine's id, and a maker of random identifiers.
    package init(
      configured: DeviceID?, machine: String?, randomIdentifier: @escaping @Sendable () -> String
    ) {
      self.configured = configured
      self.machine = machine
      self.randomIdentifier = randomIdentifier
    }
  }

  /// Opens the library at `path`, checks it against the catalogue, and makes or upgrades its sync state. `progress` is
  /// called now and then while that gets on, on the caller's thread.
  package static func open(
    path: String, identity: Identity, catalogue: EntityCatalogue = .mediaLibrary,
    pace: Pace = .real, progress: (() -> Void)? = nil, clock: @escaping @Sendable () -> Instant
  ) throws(StoreError) -> Library {
    try checkFile(path)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(pace))
      return try queue.inDatabase { (database: Database) throws -> Library in
        let layouts = try Self.layouts(catalogue, database, path: path)
        try StepWatch.watching(database, progress) { try settle(identity, database, path: path) }
        if try KnownColumns(database).differ(from: layouts) {
          try inTransaction(database) {
            try KnownColumns.note(layouts, isNew: KeptState.isUntouched(database), database)
          }
        }
        let cookie = try database.firstValue("PRAGMA schema_version")?.integer ?? 0
        return Library(
          path: path, queue: queue, catalogue: catalogue, layouts: layouts, schemaCookie: cookie,
          aliases: try Aliases(database, catalogue: catalogue), pace: pace,
          makeUUID: identity.randomIdentifier, clock: clock)
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw SQLiteFailure.storeError(error, path: path, waited: pace.busyTimeout)
    }
  }

  static func layouts(
    _ catalogue: EntityCatalogue, _ database: Database, path: String
  ) throws -> [String: TableLayout] {
    guard try database.tableExists("sync_log") else {
      throw StoreError.notALibrary(path: path, lacks: "table sync_log")
    }
    var layouts: [String: TableLayout] = [:]
    for shape in catalogue.shapes {
      switch try TableLayout.read(shape, database) {
      case .success(let layout): layouts[shape.name] = layout
      case .failure(let missing): throw StoreError.notALibrary(path: path, lacks: missing.what)
      }
      if let index = shape.fullText, try !database.tableExists(index.table) {
        throw StoreError.notALibrary(path: path, lacks: "full-text index \(index.table)")
      }
    }
    return layouts
  }

  static func checkFile(_ path: String) throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == EACCES ? .notPermitted(path: path) : .missing(path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { throw .notADatabase(path: path) }
    guard access(path, R_OK) == 0 else { throw .notPermitted(path: path) }
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard access(path, W_OK) == 0, access(directory, W_OK) == 0 else { throw .readOnly(path: path) }
  }

  private static func configuration(_ pace: Pace) -> Configuration {
    var configuration = Configuration()
    // The parents are looked up by uuid, and nothing of ours cascades.
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(pace.busyTimeout / .seconds(1))
    configuration.label = "mediasync.library"
    configuration.prepareDatabase { database in
      // The application's triggers stay as they are, for everyone but this connection (protocol.md §1, fact 5).
      guard csqlite_set_triggers(database.sqliteConnection, 0) == SQLITE_OK else {
        throw DatabaseError(resultCode: .SQLITE_ERROR, message: "triggers cannot be switched off")
      }
      try database.execute(sql: "PRAGMA temp_store = MEMORY")
      // In WAL mode a power cut may take back our last transactions, whole: cursors are in them (promise 1).
      if try database.firstValue("PRAGMA journal_mode")?.text == "wal" {
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
      }
    }
    return configuration
  }

  /// Creates or checks the state, and sees to it that no two machines are one device.
  private static func settle(_ identity: Identity, _ database: Database, path: String) throws {
    if let version = try StateSchema.storedVersion(in: database) {
      guard version <= StateSchema.version else {
        throw StoreError.newerState(path: path, version: version, known: StateSchema.version)
      }
      if version < StateSchema.version {
        try inTransaction(database) {
          // Another process of ours may have taken the steps since.
          let present = try StateSchema.storedVersion(in: database) ?? version
          if present < StateSchema.version { try StateSchema.migrate(from: present, in: database) }
        }
      }
      let stored = try KeptState.deviceID.read(database).text
      let machine = try KeptState.machine.read(database).text
      let isCopy = identity.machine != nil && machine != nil && machine != identity.machine
      let isRenamed = identity.configured != nil && identity.configured?.rawValue != stored
      guard isCopy || isRenamed || (machine == nil && identity.machine != nil) else { return }
      try inTransaction(database) {
        if isCopy || isRenamed { try takeIdentity(identity, database) }
        try KeptState.machine.write(identity.machine.map { .text($0) } ?? .null, database)
      }
      return
    }
    try inTransaction(database) {
      try StateSchema.create(in: database)
      try takeIdentity(identity, database)
      try KeptState.machine.write(identity.machine.map { .text($0) } ?? .null, database)
      try KeptState.pulled.write(.integer(0), database)
      try KeptState.pushed.write(.integer(0), database)
    }
  }

  private static func takeIdentity(_ identity: Identity, _ database: Database) throws {
    let device = identity.configured?.rawValue ?? identity.randomIdentifier()
    try KeptState.deviceID.write(.text(device), database)
    try KeptState.incarnation.write(.text(identity.randomIdentifier()), database)
  }

  private static func inTransaction(_ database: Database, _ body: () throws -> Void) throws {
    try database.beginTransaction(.immediate)
    do {
      try body()
      try database.commit()
    } catch {
      if database.isInsideTransaction { try database.rollback() }
      throw error
    }
  }
}
