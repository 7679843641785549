import ArgumentParser
import FoundationEssentials
import Glibc

/// Prints the tool's output.
enum Output {
  /// Prints lines on standard output.
  static func lines(_ lines: [String]) {
    for line in lines { write(line, to: STDOUT_FILENO) }
  }

  /// Prints one line on standard error.
  static func complain(_ line: String) { write(line, to: STDERR_FILENO) }

  /// Prints a value as one line of JSON on standard output.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { throw ExitCode(70) }
    write(String(decoding: data, as: UTF8.self), to: STDOUT_FILENO)
  }

  private static func write(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      offset += count
    }
  }
}
