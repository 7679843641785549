import Foundation
import SampleApplication

/// What `make install` installs, in a folder of its own: programs, units and all the rest, as they are shipped.
package struct InstalledTree {
  /// The folder that stands for `/`.
  package let root: String
  /// Where the programs' Swift runtime is, unless it is linked in, as it is in a release: units let nothing else be
  /// run than what they name.
  package let runtime: String?

  /// Installs the programs of `programs` into `root`.
  package init(programs: String, root: String) throws {
    self.root = root
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let make = try RunningProgram(
      "/usr/bin/make", ["-C", source, "install-files", "BIN=\(programs)", "DESTDIR=\(root)"],
      directory: NSTemporaryDirectory())
    let end = try make.end(within: 60)
    guard end.code == 0 else { throw ProgramFailure("make install-files: \(end.code) \(end.errors)") }
    runtime = try Self.runtime(of: programs)
  }

  private static func runtime(of programs: String) throws -> String? {
    let ldd = try RunningProgram(
      "/usr/bin/ldd", [programs + "/mediasyncd"], directory: NSTemporaryDirectory())
    let library = try ldd.end().output.split(separator: "\n").first { $0.contains("libswiftCore.so =>") }
    return library?.split(separator: " ").dropFirst(2).first.map {
      URL(fileURLWithPath: String($0)).deletingLastPathComponent().path
    }
  }

  /// What makes a throw-away system one on which this is installed. Nothing of what is shipped is changed: where the
  /// runtime lies elsewhere, a drop-in names it as a place to run code from.
  package func layers() throws -> ThrowawaySystem.Layers {
    var layers = ThrowawaySystem.Layers()
    layers.copies.append((root, "/"))
    if let runtime { layers.copies += try Self.dropIns(runtime, beside: root) }
    return layers
  }

  /// The drop-ins alone, for a system on which the programs are installed in another way; `folder` takes the file.
  package static func runtimeDropIns(
    programs: String, folder: String
  ) throws -> [(from: String, to: String)] {
    try runtime(of: programs).map { try dropIns($0, beside: folder + "/programs") } ?? []
  }

  private static func dropIns(_ runtime: String, beside root: String) throws -> [(from: String, to: String)] {
    let dropIn = root + "-runtime.conf"
    try "[Service]\nExecPaths=\(runtime)\n".write(toFile: dropIn, atomically: true, encoding: .utf8)
    return [
      "system/mediasyncd.service.d", "system/mediasyncd@.service.d", "system/mediasync-hub.service.d",
      "user/mediasyncd.service.d",
    ].map { (dropIn, "/etc/systemd/\($0)/runtime.conf") }
  }
}
