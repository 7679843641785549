import CSQLite

/// Tells that a long statement gets on: SQLite calls back each so many of its own instructions.
final class StatementProgress {
  /// Well below a millisecond of work, and few rows: on a slow disk each may take its time.
  private static let instructions: Int32 = 10_000

  private let stepped: () -> Void

  private init(_ stepped: @escaping () -> Void) { self.stepped = stepped }

  /// Runs `body`, and calls `stepped` now and then while its statements run. Nobody else may watch the connection then.
  static func watching(_ database: Database, _ stepped: (() -> Void)?, _ body: () throws -> Void) rethrows {
    guard let stepped else { return try body() }
    let watch = StatementProgress(stepped)
    // Sound: the handler is taken away below, before `watch` goes.
    sqlite3_progress_handler(
      database.sqliteConnection, instructions,
      { context in
        guard let context else { return 0 }
        Unmanaged<StatementProgress>.fromOpaque(context).takeUnretainedValue().stepped()
        return 0
      }, Unmanaged.passUnretained(watch).toOpaque())
    defer {
      sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil)
      withExtendedLifetime(watch) {}
    }
    try body()
  }
}
