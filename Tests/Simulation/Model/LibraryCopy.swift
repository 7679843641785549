import Foundation
import SampleApplication

/// A copy of a library, and the number of edits at its time.
struct LibraryCopy {
  var path: String
  var edits: Int

  /// Copies a library in use. One thread runs the history, so nobody writes at the same time.
  init(of device: DeviceMachine) throws {
    let number = device.backUps.count
    path =
      device.world.directory + "/device-\(device.index)-copy-\(number)-\(device.world.devices.count).sqlite"
    edits = device.world.typed.edits
    _ = try device.application.connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    try FileManager.default.copyItem(atPath: device.path, toPath: path)
    if FileManager.default.fileExists(atPath: device.path + "-wal"),
      try Data(contentsOf: URL(fileURLWithPath: device.path + "-wal")).count > 0
    {
      try FileManager.default.copyItem(atPath: device.path + "-wal", toPath: path + "-wal")
      // The copy is restored as one file, so the file must contain the whole write-ahead log.
      _ = try SQLiteConnection(path).rows("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }
}
