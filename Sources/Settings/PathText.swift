/// Paths as people write them, made absolute, so that it does not matter where the daemon was started.
enum PathText {
  /// The absolute path. `~/` is the home folder; what is relative starts from `folder`.
  static func absolute(_ text: String, folder: String, home: String?) throws(ValueRefusal) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw ValueRefusal(message: "is empty; expected a path. Leave the key out where there is no such file")
    }
    if text.hasPrefix("/") { return text }
    if text.hasPrefix("~/") {
      guard let home, home.hasPrefix("/") else {
        throw ValueRefusal(message: "is \"\(text)\", but HOME is not set; write the whole path")
      }
      return joined(home, String(text.dropFirst(2)))
    }
    return joined(folder, text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
  }

  /// A path inside a folder.
  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The folder that a path lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
