import ControlProtocol
import FoundationEssentials
import Glibc

/// The terminal, or the file or pipe, that the output goes to.
enum Terminal {
  /// The columns of the terminal, at least 40; 120 if the output goes to a file or a pipe.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
    return max(Int(size.ws_col), 40)
  }

  /// The style that standard output allows.
  static func style(plain: Bool) -> TerminalStyle {
    .chosen(
      plain: plain, isTerminal: isatty(STDOUT_FILENO) == 1,
      environment: ProcessInfo.processInfo.environment)
  }

  /// Writes a text. Stops if the reader is gone.
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
