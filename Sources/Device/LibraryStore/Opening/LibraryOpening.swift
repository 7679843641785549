import Glibc
import Hashing
import SyncCore

/// Opens a library. All checks of the file are here, each with its own error.
package enum LibraryOpening {
  /// The inputs to this device's identity that come from outside the library.
  package struct Identity: Sendable {
    /// From the configuration; `nil` uses the id in the library, or creates one.
    package var configured: DeviceID?
    /// This machine's application-specific id; `nil` if the machine has none.
    package var machine: String?
    /// Creates random identifiers.
    package var randomIdentifier: @Sendable () -> String
    /// Creates the tokens that our transactions store.
    package var freshToken: @Sendable () -> WriteToken

    /// Takes the configured id, the machine's id, and the generators of random identifiers and tokens.
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

  /// Opens the library at `path`, checks it against the catalogue, and creates or upgrades its sync state.
  ///
  /// - Parameters:
  ///   - memory: what the process or the device remembers of the library.
  ///   - progress: called now and then while opening makes progress, on the caller's thread.
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

  /// Creates or checks the sync state. Ensures that no two machines share a device id and no two incarnations
  /// of a device share an incarnation id. Stores a token if there is none.
  ///
  /// - Parameter isRestored: whether the file is a copy from another time. The device then continues from the
  ///   copy's state under a new incarnation, because it will use the same change ids for other changes.
  private static func establishIdentity(
    _ identity: Identity, _ memory: LibraryCache, isRestored: Bool, _ database: Database, path: String
  ) throws {
    var identity = identity
    // A copy from before the first sync has no device id, and a copy from another machine has the wrong one.
    identity.configured = identity.configured ?? (isRestored ? memory.remembered?.device : nil)
    if let version = try StateSchema.storedVersion(in: database) {
      guard version <= StateSchema.version else {
        throw StoreError.newerState(path: path, version: version, known: StateSchema.version)
      }
      if version < StateSchema.version {
        try inTransaction(database, identity) {
          // Another of our processes may have migrated the state meanwhile.
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
          // A copy that was made during a pause would stay paused, although the user has resumed since.
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

  /// Runs `body` in a transaction that stores a token, as all our transactions do.
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
