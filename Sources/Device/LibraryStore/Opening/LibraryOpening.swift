import Glibc
import Hashing
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
    /// Makes the tokens that our transactions leave.
    package var freshToken: @Sendable () -> WriteToken

    /// Takes the configured id, the machine's id, and makers of random identifiers and tokens.
    package init(
      configured: DeviceID?, machine: String?,
      freshToken: @escaping @Sendable () -> WriteToken = { WriteToken(rawValue: Digest.randomUUID()) },
      randomIdentifier: @escaping @Sendable () -> String
    ) {
      self.configured = configured
      self.machine = machine
      self.freshToken = freshToken
      self.randomIdentifier = randomIdentifier
    }
  }

  /// Opens the library at `path`, checks it against the catalogue, and makes or upgrades its sync state.
  ///
  /// - Parameters:
  ///   - memory: what is remembered of the library, for as long as the process or the device remembers.
  ///   - progress: called now and then while opening gets on, on the caller's thread.
  package static func open(
    path: String, identity: Identity, catalogue: EntityCatalogue = .mediaLibrary,
    memory: LibraryCache = LibraryCache(), pace: StoreEnvironment = .real, progress: (() -> Void)? = nil,
    clock: @escaping @Sendable () -> Instant
  ) throws(StoreError) -> Library {
    let connection = LibraryConnection(path: path, pace: pace)
    do {
      return try connection.inDatabase { (database: Database) throws -> Library in
        let layouts = try Self.layouts(catalogue, database, path: path)
        let isRestored = try memory.remembered != nil && !memory.recognises(database)
        try StatementProgress.watching(database, progress) {
          try establishIdentity(identity, memory, isRestored: isRestored, database, path: path)
        }
        if try KnownColumns(database).differ(from: layouts) {
          try inTransaction(database, identity) {
            try KnownColumns.note(layouts, isNew: SyncState.isUntouched(database), database)
          }
        }
        try memory.store(DeviceID(rawValue: try SyncState.deviceID.read(database).text ?? ""), database)
        let cookie = try database.firstValue("PRAGMA schema_version")?.integer ?? 0
        return Library(
          connection: connection, catalogue: catalogue, layouts: layouts, schemaCookie: cookie,
          indexes: try SearchIndexes(catalogue, database),
          aliases: try Aliases(database, catalogue: catalogue), memory: memory,
          wasRestored: isRestored, freshToken: identity.freshToken, pace: pace,
          makeUUID: identity.randomIdentifier,
          clock: clock)
      }
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
    }
    return layouts
  }

  static func checkFile(_ path: String) throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == EACCES ? .notPermitted(at: path) : .missing(path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { throw .notADatabase(path: path) }
    guard access(path, R_OK) == 0 else { throw .notPermitted(at: path) }
    guard access(path, W_OK) == 0, access(FileAccess.folder(of: path), W_OK) == 0 else {
      throw .readOnly(at: path)
    }
  }

  /// Creates or checks the state, and sees to it that no two machines are one device, and no two lives of a device one
  /// life. Leaves a token if there is none.
  ///
  /// - Parameter isRestored: whether the file is a copy from another time. The device goes on from where that stands, in
  ///   a new life: what it numbers from now on is not what it has numbered before.
  private static func establishIdentity(
    _ identity: Identity, _ memory: LibraryCache, isRestored: Bool, _ database: Database, path: String
  ) throws {
    var identity = identity
    // A copy from the time before the first sync does not say who we are, and one of another machine's says it wrong.
    identity.configured = identity.configured ?? (isRestored ? memory.remembered?.device : nil)
    if let version = try StateSchema.storedVersion(in: database) {
      guard version <= StateSchema.version else {
        throw StoreError.newerState(path: path, version: version, known: StateSchema.version)
      }
      if version < StateSchema.version {
        try inTransaction(database, identity) {
          // Another process of ours may have taken the steps since.
          let present = try StateSchema.storedVersion(in: database) ?? version
          if present < StateSchema.version { try StateSchema.migrate(from: present, in: database) }
        }
      }
      let stored = try SyncState.deviceID.read(database).text
      let machine = try SyncState.machine.read(database).text
      let isCopy = identity.machine != nil && machine != nil && machine != identity.machine
      let isRenamed = identity.configured != nil && identity.configured?.rawValue != stored
      let lacksMachine = machine == nil && identity.machine != nil
      if try isCopy || isRenamed || isRestored || lacksMachine || SyncState.writeToken.read(database) == .null
      {
        try inTransaction(database, identity) {
          if isCopy || isRenamed || isRestored { try storeIdentity(identity, database) }
          // A copy that was made during a pause says so for ever; who made it has long said otherwise.
          if isRestored { try SyncState.paused.write(.integer(0), database) }
          try SyncState.machine.write(identity.machine.map { .text($0) } ?? .null, database)
        }
      }
    } else {
      try inTransaction(database, identity) {
        try StateSchema.create(in: database)
        try storeIdentity(identity, database)
        try SyncState.machine.write(identity.machine.map { .text($0) } ?? .null, database)
        try SyncState.pulled.write(.integer(0), database)
        try SyncState.pushed.write(.integer(0), database)
        try SyncState.firstSync.write(.integer(1), database)
      }
    }
  }

  private static func storeIdentity(_ identity: Identity, _ database: Database) throws {
    let device = identity.configured?.rawValue ?? identity.randomIdentifier()
    try SyncState.deviceID.write(.text(device), database)
    try SyncState.incarnation.write(.text(identity.randomIdentifier()), database)
  }

  /// Runs `body` in a transaction, which leaves a token like every other of ours.
  private static func inTransaction(
    _ database: Database, _ identity: Identity, _ body: () throws -> Void
  ) throws {
    try database.beginTransaction(.immediate)
    do {
      try body()
      try SyncState.writeToken.write(.text(identity.freshToken().rawValue), database)
      try database.commit()
    } catch {
      if database.isInsideTransaction { try database.rollback() }
      throw error
    }
  }
}
