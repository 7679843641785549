import CSQLite

/// Tells that a long statement gets on: SQLite calls back each so many of its own instructions.
final class StepWatch {
  /// Well below a millisecond of work, and few rows: on a slow disk each may take its time.
  private static let instructions: Int32 = 10_000

  private let told: () -> Void

  private init(_ told: @escaping () -> Void) { self.told = told }

  /// Runs `body`, and calls `told` now and then while its statements run. Nobody else may watch the connection then.
  static func watching(_ database: Database, _ told: (() -> Void)?, _ body: () throws -> Void) rethrows {
    guard let told else { return try body() }
    let watch = StepWatch(told)
    // Sound: the handler is taken away below, before `watch` goes.
    sqlite3_progress_handler(
      database.sqliteConnection, instructions,
      { context in
        guard let context else { return 0 }
        Unmanaged<StepWatch>.fromOpaque(context).takeUnretainedValue().told()
        return 0
      }, Unmanaged.passUnretained(watch).toOpaque())
    defer {
      sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil)
      withExtendedLifetime(watch) {}
    }
    try body()
  }
}
