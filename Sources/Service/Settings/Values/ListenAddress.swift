import Glibc

/// An address to listen on: a Unix socket, or an IP address and a port.
package enum ListenAddress: Sendable, Equatable {
  /// A Unix socket at this absolute path.
  case unix(path: String)
  /// A numeric IPv4 or IPv6 address, and a port.
  case ip(host: String, port: UInt16)

  /// Parses `/run/mediasync/metrics.sock`, `127.0.0.1:9464`, `[::1]:9464` or `localhost:9464`. Returns `nil`
  /// for other forms. Accepts no host name but localhost, because name resolution could lead anywhere.
  package init?(_ text: String) {
    if text.hasPrefix("/") {
      guard text.utf8.count <= SettingKind.socketPathBytes, !text.hasSuffix("/") else { return nil }
      self = .unix(path: text)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits), port > 0 else {
      return nil
    }
    var host = text[..<colon]
    if host == "localhost" { host = "127.0.0.1" }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    var space = in6_addr()
    guard inet_pton(isBracketed ? AF_INET6 : AF_INET, String(host), &space) == 1 else { return nil }
    self = .ip(host: String(host), port: port)
  }

  /// Whether only this machine can reach it: a Unix socket, 127.0.0.0/8 or ::1.
  package var isLocal: Bool {
    guard case .ip(let host, _) = self else { return true }
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
    return withUnsafeBytes(of: &six) { Array($0) } == Array(repeating: 0, count: 15) + [1]
  }
}
