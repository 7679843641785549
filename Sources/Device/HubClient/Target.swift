import SyncCore

/// The text of URLs: appends a request to the base URL, and compares hosts. curl checks everything else.
enum Target {
  /// The complete URL of a request; `nil` if the base is not an http(s) URL that a path can be appended to.
  static func url(base: String, request: HubRequest) -> String? {
    guard origin(of: base) != nil, !base.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
      !base.contains("?"), !base.contains("#")
    else { return nil }
    var text = base
    while text.hasSuffix("/") { text.removeLast() }
    if !request.path.hasPrefix("/") { text += "/" }
    text += encoded(request.path, keepingSlash: true)
    var separator = "?"
    for item in request.query {
      text += separator + encoded(item.name) + "=" + encoded(item.value)
      separator = "&"
    }
    return text
  }

  /// The URL unchanged; `nil` if it is not an http(s) URL.
  static func whole(_ url: String) -> String? {
    origin(of: url) != nil && !url.utf8.contains { $0 <= 0x20 || $0 == 0x7F } ? url : nil
  }

  /// Scheme, host and port as one comparable text; `nil` if the text is not an http(s) URL.
  static func origin(of url: String) -> String? {
    guard let (scheme, authority) = split(url) else { return nil }
    var host = authority
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    guard !host.isEmpty, host.first != ":" else { return nil }
    let hasPort = host.last != "]" && (host.lastIndex(of: ":").map { !host[$0...].contains("]") } ?? false)
    return scheme + "://" + host.lowercased() + (hasPort ? "" : scheme == "https" ? ":443" : ":80")
  }

  /// The host alone, for people.
  static func host(of url: String) -> String {
    guard let origin = origin(of: url) else { return url }
    let authority = origin.drop { $0 != "/" }.dropFirst(2)
    return String(authority[..<(authority.lastIndex(of: ":") ?? authority.endIndex)])
  }

  /// The text before the `@`, if there is one.
  static func userInfo(of url: String) -> String? {
    guard let (_, authority) = split(url), let at = authority.lastIndex(of: "@") else { return nil }
    return String(authority[..<at])
  }

  private static func split(_ url: String) -> (scheme: String, authority: Substring)? {
    guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
    let scheme = url[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[url.index(colon, offsetBy: 3)...]
    return (scheme, rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
  }

  /// Percent-encodes everything except RFC 3986's unreserved characters.
  static func encoded(_ text: String, keepingSlash: Bool = false) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case 0x2F where keepingSlash: result += "/"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return result
  }
}
