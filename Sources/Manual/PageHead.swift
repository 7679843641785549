/// What every page begins and ends with.
enum PageHead {
  /// When the pages last changed in kind; what they say comes from the programs of the same build.
  private static let date = "November 25, 2026"

  static func write(_ name: String, _ section: Int, abstract: String, into roff: inout Roff) {
    roff.macro("Dd \(date)")
    roff.macro("Dt \(name.uppercased()) \(section)")
    roff.macro("Os mediasync")
    roff.macro("Sh NAME")
    roff.macro("Nm \(name)")
    let words = abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
    roff.macro("Nd \(Roff.escaped(words.prefix(1).lowercased() + words.dropFirst()))")
  }

  /// Every page but this one, in the order that mdoc wants: by section, then by name.
  static func writeSeeAlso(_ name: String, into roff: inout Roff) {
    let pages = [
      ("journalctl", 1), ("mediasyncctl", 1), ("systemctl", 1), ("mediasyncd.toml", 5), ("mediasync-hub", 8),
      ("mediasyncd", 8),
    ].filter { $0.0 != name }
    roff.macro("Sh SEE ALSO")
    for (index, (page, section)) in pages.enumerated() {
      roff.macro("Xr \(page) \(section)" + (index < pages.count - 1 ? " ," : ""))
    }
  }
}
