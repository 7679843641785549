import ArgumentParser
import ControlProtocol
import Glibc

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Print the metrics as OpenMetrics text.",
    discussion: """
      With --write the command replaces a file in one step, for a collector that reads files (node_exporter's textfile \
      collector). If no daemon answers, the file contains mediasync_up 0, and the exit code is 69 as always.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Option(help: ArgumentHelp("Write the metrics to this file.", valueName: "file"), completion: .file())
  var write: String?

  func run() throws {
    let exchange = Exchange(parent, options)
    guard let write else { return try exchange.run(.metrics) }
    let file = AtomicFile(path: write)
    let text: String
    do throws(ExitCode) {
      text = try exchange.ask(.metrics).0.metrics ?? ""
    } catch {
      try file.put(Self.textWhenDown)
      throw error
    }
    try file.put(text)
  }

  /// The file's text if no daemon answers, so that it does not keep old metrics.
  private static let textWhenDown = """
    # HELP mediasync_up Whether the daemon answers.
    # TYPE mediasync_up gauge
    mediasync_up 0
    # EOF

    """
}

/// Replaces a file atomically: writes a temporary file and renames it, so that readers see the old or the new
/// text.
struct AtomicFile {
  let path: String

  /// Replaces the file's text. Makes it readable for all, because collectors run as other users.
  ///
  /// - Throws: exit code 73 if it cannot be written.
  func put(_ text: String) throws(ExitCode) {
    // In the same folder, because a rename cannot cross file systems. Hidden and with another extension, so
    // that collectors do not read it.
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let beside = path[..<slash] + "." + path[slash...] + ".\(getpid())"
    let descriptor = open(String(beside), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw failure() }
    let isWhole = fchmod(descriptor, 0o644) == 0 && write(Array(text.utf8), to: descriptor)
    guard close(descriptor) == 0, isWhole, rename(String(beside), path) == 0 else {
      let failure = failure()
      unlink(String(beside))
      throw failure
    }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      offset += count
    }
    return true
  }

  /// Prints the error of `errno` and returns 73, "cannot create the output" in sysexits.h.
  private func failure() -> ExitCode {
    let reason = String(cString: strerror(errno))
    Output.complain("mediasyncctl: cannot write \(path): \(reason)")
    return ExitCode(73)
  }
}
