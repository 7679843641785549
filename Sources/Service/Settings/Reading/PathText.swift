/// Makes paths absolute, so that the daemon's working directory does not matter.
enum PathText {
  /// Returns the absolute path. `~/` is the home folder; a relative path starts from `folder`.
  ///
  /// - Throws: `ValueRefusal` if the text is empty or contains a NUL, or if it begins with `~/` and `home` is
  ///   not an absolute path.
  static func absolute(_ text: String, folder: String, home: String?) throws(ValueRefusal) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw ValueRefusal(message: "is empty; expected a path. If there is no such file, omit the key")
    }
    if text.hasPrefix("/") { return text }
    if text.hasPrefix("~/") {
      guard let home, home.hasPrefix("/") else {
        throw ValueRefusal(message: "is \"\(text)\", but HOME is not set; write the absolute path")
      }
      return joined(home, String(text.dropFirst(2)))
    }
    return joined(folder, text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
  }

  /// Joins a folder and a name with one slash.
  static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Returns the folder that contains a path; `.` if the path has no slash.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
