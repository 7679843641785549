import GRDB
import SyncCore

extension LibraryTransaction {
  /// The hub knows this row under another name: rename it, or, where both are here, hang its children and links on
  /// the other and let it go (protocol.md §3, rule 6). Only an answer does this.
  func fold(_ row: RowName, into canonical: String) throws {
    try aliases.add(row, canonical: canonical, database)
    guard let shape = catalogue[row.entity], shape.kind == .row else { return }
    if let old = try writer.localID(row.entity, row.uuid) {
      if let new = try writer.localID(row.entity, canonical) {
        for (child, parent) in catalogue.children(of: row.entity) {
          try repoint(child, parent, from: old, to: new)
        }
        try database.run("DELETE FROM \(quoted(row.entity)) WHERE id = ?", .integer(old))
      } else {
        try database.run(
          "UPDATE \(quoted(row.entity)) SET uuid = ? WHERE id = ?", .text(canonical), .integer(old))
      }
    }
    try unstored.rename(row, to: canonical)
    try notes.forget(row)
    try notes.settle(row)
    try parked.release(row)
    try renameLinks(of: row)
  }

  private func repoint(_ child: EntityShape, _ parent: EntityShape.Parent, from old: Int64, to new: Int64)
    throws
  {
    let (table, column) = (quoted(child.name), quoted(parent.column))
    try database.run(
      "UPDATE OR IGNORE \(table) SET \(column) = ?2 WHERE \(column) = ?1", .integer(old), .integer(new))
    guard child.kind == .row else {
      try database.run("DELETE FROM \(table) WHERE \(column) = ?", .integer(old))
      return
    }
    // What is left has a natural key that a child of the other row shows. It is still to be answered, because
    // its parent was never in the log under the old name: it steps aside until the hub says what it is.
    let stuck = try database.prepared("SELECT uuid FROM \(table) WHERE \(column) = ?")
    stuck.bind(1, old)
    var uuids: [String] = []
    while try stuck.step() { uuids.append(stuck.text(0)) }
    for uuid in uuids {
      try displace(child, uuid)
      try database.run("UPDATE \(table) SET \(column) = ? WHERE uuid = ?", .integer(new), .text(uuid))
      try notes.unsettle(RowName(child.name, uuid))
    }
  }

  /// Gives a row's natural keys values that collide with nothing, until its document is written.
  func displace(_ shape: EntityShape, _ uuid: String) throws {
    let table = quoted(shape.name)
    for key in shape.naturalKeys {
      guard let column = key.columns.last(where: { shape.parent(wireName: $0) == nil }) else { continue }
      let value = try database.firstValue(
        "SELECT \(quoted(column)) FROM \(table) WHERE uuid = ?", .text(uuid))
      switch value {
      case .integer?:
        // Far from the end of 64 bits: below the lowest number there is none.
        let lowest = try database.firstValue("SELECT min(0, min(\(quoted(column)))) FROM \(table)")?.integer
        let free: Value =
          lowest.map { $0 > -(1 << 62) ? .integer($0 - 1) : .text("mediasync-displaced-" + uuid) }
          ?? .text("mediasync-displaced-" + uuid)
        try database.run(
          "UPDATE \(table) SET \(quoted(column)) = ?1 WHERE uuid = ?2", free, .text(uuid))
      case .text?, .real?:
        try database.run(
          "UPDATE \(table) SET \(quoted(column)) = ?1 WHERE uuid = ?2", .text("mediasync-displaced-" + uuid),
          .text(uuid))
      case .null?, nil: break
      }
    }
  }

  /// What was noted of links under the folded row's name is noted under the new one; the earlier position stays.
  private func renameLinks(of row: RowName) throws {
    let links = catalogue.children(of: row.entity).filter { $0.shape.kind == .link }
    for (shape, _) in links {
      let statement = try database.prepared(
        "SELECT uuid, position FROM mediasync_notes WHERE entity = ? AND instr(uuid, ?) > 0")
      statement.bind(1, shape.name)
      statement.bind(2, row.uuid)
      var noted: [(RowName, Position)] = []
      while try statement.step() {
        noted.append((RowName(shape.name, statement.text(0)), Position(statement.integer(1))))
      }
      for (link, position) in noted {
        let renamed = aliases.canonical(link)
        guard renamed != link else { continue }
        try notes.forget(link)
        let known = try notes.position(of: renamed)
        try notes.note(renamed, at: min(known ?? position, position))
      }
      for document in try parked.all() where document.row.entity == shape.name {
        let renamed = aliases.canonical(document.row)
        guard renamed != document.row else { continue }
        try parked.release(document.row)
        var moved = document
        moved.row = renamed
        if try parked.position(of: renamed) ?? .start < document.position { try parked.park(moved) }
      }
    }
  }
}
