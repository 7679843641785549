import Glibc

/// What lies on the way to a file: another file has its name as soon as one of these is moved or pointed elsewhere.
struct PathWalk: Equatable {
  /// The symbolic links that are followed, by their own paths.
  private(set) var links: [String] = []
  /// The folders that are passed, without links, the outermost first.
  private(set) var folders: [String] = []

  /// As many links as the kernel follows.
  private static let linksMax = 40

  /// Walks to `path`, as far as there is anything.
  init(to path: String) {
    var rest = Self.parts(of: path)
    if !path.hasPrefix("/"), let here = getcwd(nil, 0) {
      defer { free(here) }
      rest = Self.parts(of: String(cString: here)) + rest
    }
    var place = ""
    while !rest.isEmpty {
      let part = rest.removeFirst()
      if part == ".." {
        place = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
        continue
      }
      let next = place + "/" + part
      var status = stat()
      guard lstat(next, &status) == 0 else { return }
      switch status.st_mode & S_IFMT {
      case S_IFLNK:
        guard links.count < Self.linksMax, let target = Self.target(of: next) else { return }
        links.append(next)
        if target.hasPrefix("/") { place = "" }
        rest = Self.parts(of: target) + rest
      case S_IFDIR:
        folders.append(next)
        place = next
      default: return
      }
    }
  }

  private static func parts(of path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &bytes, bytes.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
