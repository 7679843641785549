import Foundation
import SampleApplication

/// The installed tree of `make install` in a separate folder: programs, units and all other shipped files.
package struct InstalledTree {
  /// The folder that replaces `/`.
  package let root: String
  /// The path of the programs' Swift runtime, unless it is linked in, as in a release: units allow execution
  /// only of what they name.
  package let runtime: String?

  /// Installs the programs of `programs` into `root`.
  package init(programs: String, root: String) throws {
    self.root = root
    try Self.make("install-files", "BIN=\(programs)", "DESTDIR=\(root)")
    runtime = try Self.runtime(of: programs)
  }

  /// Removes what was installed, as `make uninstall` does.
  package func uninstall() throws { try Self.make("uninstall", "DESTDIR=\(root)") }

  /// The paths of all files below the root, sorted.
  package var files: [String] {
    let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var isFolder: ObjCBool = false
    return found.filter {
      FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  private static func make(_ target: String, _ variables: String...) throws {
    let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let make = try RunningProgram(
      "/usr/bin/make", ["-C", source, target] + variables, directory: NSTemporaryDirectory())
    let end = try make.end(within: 60)
    guard end.code == 0 else { throw ProgramFailure("make \(target): \(end.code) \(end.errors)") }
  }

  private static func runtime(of programs: String) throws -> String? {
    let ldd = try RunningProgram(
      "/usr/bin/ldd", [programs + "/mediasyncd"], directory: NSTemporaryDirectory())
    let library = try ldd.end().output.split(separator: "\n").first { $0.contains("libswiftCore.so =>") }
    return library?.split(separator: " ").dropFirst(2).first.map {
      URL(fileURLWithPath: String($0)).deletingLastPathComponent().path
    }
  }

  /// The layers of a throw-away system with this tree installed. They change no shipped file: if the runtime
  /// is elsewhere, a drop-in names it as executable.
  package func layers() throws -> ThrowawaySystem.Layers {
    var layers = ThrowawaySystem.Layers()
    layers.copies.append((root, "/"))
    if let runtime { layers.copies += try Self.dropIns(runtime, beside: root) }
    return layers
  }

  /// Only the drop-ins, for a system with the programs installed in another way; writes the file into
  /// `folder`.
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
