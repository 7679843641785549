import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The library's name means what its owner links it to.
  @Suite struct LinkedLibrary {
    /// What changes its target.
    enum Way: String, CaseIterable {
      case linkElsewhere, linkInTheSameFolder, folderIsALink, folderRenamed
    }

    private let stage: Stage
    private let device: DaemonProcess

    init() throws {
      stage = try Stage()
      device = try stage.device("one", nil)
      // No periodic check and no polling: only an event can report it.
      device.environment.merge(
        [
          "MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "1h", "MEDIASYNC_HUB_LONG_POLL": "5m",
          "MEDIASYNC_LIBRARY_POLL_INTERVAL": "1s",
        ]
      ) { $1 }
    }

    private func add(_ title: String) throws {
      try SampleLibrary(device.library, client: "app", seed: UInt64.random(in: 0 ... .max)).addMedia(
        NewMedia(url: "https://example/\(title)", title: title, content: title))
    }

    private func awaitPushed(_ title: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let done = try poll(30, step: 0.05) { try stage.hub.knows(title) }
      #expect(
        done, "\(title) was not pushed: \(device.program?.errors ?? "")", sourceLocation: sourceLocation)
    }

    private func link(_ target: String, _ path: String) throws {
      try #require(symlink(target, path + ".new") == 0)
      try #require(rename(path + ".new", path) == 0)
    }

    @Test(arguments: Way.allCases)
    func `a link's new target is synced, and the old one stays unchanged`(way: Way) throws {
      let (first, second) = (device.directory + "/first", device.directory + "/second")
      let files = FileManager.default
      for folder in [first, second, device.directory + "/links"] {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      try Fixture.empty.copy(to: first + "/library.sqlite")
      try SQLiteConnection(first + "/library.sqlite").execute("PRAGMA journal_mode = WAL")
      let turned: String
      switch way {
      case .linkElsewhere: turned = device.directory + "/links/library.sqlite"
      case .linkInTheSameFolder: turned = first + "/current.sqlite"
      case .folderIsALink: turned = device.directory + "/links/current"
      case .folderRenamed: turned = first
      }
      switch way {
      case .linkElsewhere, .linkInTheSameFolder: try link(first + "/library.sqlite", turned)
      case .folderIsALink: try link("../first", turned)
      case .folderRenamed: break
      }
      let isFolder = way == .folderIsALink || way == .folderRenamed
      device.library = isFolder ? turned + "/library.sqlite" : turned
      try device.run()
      try device.awaitInStep()
      try add("before")
      try awaitPushed("before")
      try device.awaitInStep()
      #expect(poll(10, step: 0.02) { !files.fileExists(atPath: first + "/library.sqlite-wal") })
      if way == .folderRenamed {
        try files.removeItem(atPath: second)
        try #require(rename(first, second) == 0)
        try files.createDirectory(atPath: first, withIntermediateDirectories: true)
        try files.copyItem(atPath: second + "/library.sqlite", toPath: first + "/library.sqlite")
      } else {
        try files.copyItem(atPath: first + "/library.sqlite", toPath: second + "/library.sqlite")
        try link(way == .folderIsALink ? "../second" : second + "/library.sqlite", turned)
      }
      let left = way == .folderRenamed ? second : first
      let before = try value(left + "/library.sqlite", "SELECT count(*) FROM sync_log")
      try add("behind it")
      try awaitPushed("behind it")
      try add("and one more")
      try awaitPushed("and one more")
      #expect(try value(left + "/library.sqlite", "SELECT count(*) FROM sync_log") == before)
      #expect(try value(device.library, "SELECT count(*) FROM Media") == .integer(3))
    }
  }
}
