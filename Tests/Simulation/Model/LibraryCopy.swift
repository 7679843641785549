import Foundation
import SampleApplication

/// A copy of a library, and how much had been typed when it was made.
struct LibraryCopy {
  var path: String
  var edits: Int

  /// Copies a library in use. One thread runs the history, so that nobody writes meanwhile.
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
      // The copy is put back as one file, so it must hold all that the log says.
      _ = try SQLiteConnection(path).rows("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }
}
