import Glibc

/// Where the answer is read.
enum Terminal {
  /// Cells in a line: the terminal's own; 120 where the answer goes into a file or another program.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
    return max(Int(size.ws_col), 40)
  }
}
