import ControlProtocol
import FoundationEssentials
import Glibc

/// Where the answer is read.
enum Terminal {
  /// Cells in a line: the terminal's own; 120 where the answer goes into a file or another program.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
    return max(Int(size.ws_col), 40)
  }

  /// What may be sent to standard output beside text.
  static func style(plain: Bool) -> TerminalStyle {
    .chosen(
      plain: plain, isTerminal: isatty(STDOUT_FILENO) == 1,
      environment: ProcessInfo.processInfo.environment)
  }

  /// Writes a text, all of it or as much as somebody reads.
  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      offset += count
    }
  }
}
