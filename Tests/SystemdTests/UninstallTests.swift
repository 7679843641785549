import Foundation
import SampleApplication
import Testing
import ThrowawaySystem

extension UnderSystemd {
  /// The Makefile lists the installed files twice; this keeps the lists equal.
  @Suite struct Uninstall {
    @Test func `uninstall removes everything that install wrote, except the configuration`() throws {
      let root = try makeTemporaryDirectory("uninstall")
      defer { try? FileManager.default.removeItem(atPath: root) }
      let tree = try InstalledTree(programs: Machine.programs, root: root)
      #expect(tree.files.count > 20)
      try tree.uninstall()
      #expect(tree.files == ["etc/mediasync/mediasyncd.toml"])
    }
  }
}
