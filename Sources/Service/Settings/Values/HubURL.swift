/// Checks URLs of settings.
enum HubURL {
  /// Returns the base URL without trailing slashes, so that endpoints can be appended. The error does not
  /// repeat a text with an `@`, which may hold a password.
  static func normalized(_ text: String) throws(ValueRefusal) -> String {
    let shown = text.contains("@") ? "is not a base URL" : "is \(SettingValue.quoted(text))"
    func refused(_ why: String) -> ValueRefusal { ValueRefusal(message: "\(shown): \(why)") }
    guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else {
      throw refused("expected a URL that begins with http:// or https://")
    }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw refused("it contains spaces or characters that a URL must encode")
    }
    guard !text.contains("?"), !text.contains("#") else {
      throw refused("a base URL must not have a query (?) or a fragment (#)")
    }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else {
      throw refused("it must not contain credentials; use hub.token_file")
    }
    let (host, port) = split(authority)
    guard !host.isEmpty else { throw refused("it has no host") }
    if let port {
      guard port.allSatisfy(\.isNumber), let number = Int(port), (1...65_535).contains(number) else {
        throw refused("its port is not a number from 1 to 65535")
      }
    }
    var path = rest.dropFirst(authority.count)
    while path.hasSuffix("/") { path = path.dropLast() }
    return scheme + authority + path
  }

  /// Returns the complete URL unchanged. The error does not repeat it: anyone who knows it can call it.
  static func whole(_ text: String) throws(ValueRefusal) -> String {
    let base = text.prefix { $0 != "?" }
    guard !text.contains("#"), !text.contains("@"), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      (try? normalized(String(base))) != nil
    else {
      throw ValueRefusal(
        message:
          "is not a usable URL: expected one that begins with http:// or https:// and has no @ or #"
      )
    }
    return text
  }

  /// Splits into host and port. An IPv6 address is in brackets.
  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
    let searchStart = authority.lastIndex(of: "]") ?? authority.startIndex
    guard let colon = authority[searchStart...].firstIndex(of: ":") else { return (authority, nil) }
    return (authority[..<colon], authority[authority.index(after: colon)...])
  }
}
