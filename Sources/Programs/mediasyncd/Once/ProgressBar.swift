import ControlProtocol
import EventLoop
import Glibc

/// How far `mediasyncd sync` has come: a bar on a terminal, drawn over again; elsewhere a plain line now and then, for
/// who waits long. On the loop alone.
final class ProgressBar {
  /// Drawn at most so often.
  private static let drawInterval: Duration = .milliseconds(100)
  /// Elsewhere than on a terminal; a short cycle says nothing.
  private static let lineInterval: Duration = .seconds(10)

  private let style: TerminalStyle
  private let descriptor: Int32
  private var lastSaid: Duration
  private var isDrawn = false

  /// Standard error is where the log goes, too: the output stays for what a script asks for.
  init(plain: Bool, descriptor: Int32 = STDERR_FILENO) {
    self.descriptor = descriptor
    style = .chosen(
      plain: plain, isTerminal: isatty(descriptor) == 1, environment: Environment.all)
    lastSaid = BootClock.now
  }

  /// Shows it, if it is time to.
  func show(_ progress: Progress?) {
    guard let progress else { return erase() }
    let now = BootClock.now
    guard now - lastSaid >= (style.redraws ? Self.drawInterval : Self.lineInterval) else { return }
    lastSaid = now
    if style.redraws {
      isDrawn = true
      say(TerminalStyle.again + ProgressText.bar(progress, width: width - 1))
    } else {
      say("mediasyncd: " + ProgressText.line(progress) + "\n")
    }
  }

  /// Makes way for a line of the log, or for the end.
  func erase() {
    guard isDrawn else { return }
    isDrawn = false
    say(TerminalStyle.again)
  }

  private var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return max(Int(size.ws_col), 20)
  }

  private func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(descriptor, bytes, bytes.count)
  }
}
