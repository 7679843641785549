import Glibc
import Manual

/// Writes a manual page to standard output. With the argument `mediasyncd.toml` it is the page of the
/// configuration file, else that of the program whose `--experimental-dump-help` it reads from standard
/// input. `make install` runs it.
@main enum MediasyncManual {
  static func main() {
    if CommandLine.arguments.dropFirst() == ["mediasyncd.toml"] {
      return print(SettingsPage.text, terminator: "")
    }
    var input: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = read(STDIN_FILENO, &buffer, buffer.count), count > 0 { input += buffer[0..<count] }
    guard let tree = try? CommandTree(json: input), let page = ProgramPage(tree)?.page else {
      let line = Array(
        "mediasync-manual: the input is not the --experimental-dump-help of a mediasync program\n".utf8)
      _ = write(STDERR_FILENO, line, line.count)
      exit(65)
    }
    print(page.text, terminator: "")
  }
}
