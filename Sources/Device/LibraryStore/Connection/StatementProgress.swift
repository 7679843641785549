import CSQLite

/// Reports the progress of a long statement: SQLite calls back after a number of its own instructions.
final class StatementProgress {
  /// Well below a millisecond of work, and few rows, because on a slow disk each row may take long.
  private static let instructions: Int32 = 10_000

  private let stepped: () -> Void

  private init(_ stepped: @escaping () -> Void) { self.stepped = stepped }

  /// Runs `body`, and calls `stepped` now and then while its statements run. Nobody else may watch the
  /// connection meanwhile.
  static func watching(_ database: Database, _ stepped: (() -> Void)?, _ body: () throws -> Void) rethrows {
    guard let stepped else { return try body() }
    let watch = StatementProgress(stepped)
    // Sound: the `defer` below removes the handler before `watch` is freed.
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
