/// The start and the end that all pages share.
enum PageHead {
  /// The date of the last change to the pages' form. Their contents come from the programs of the same build.
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

  /// Writes all related pages except this one, in mdoc's order: by section, then by name.
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
