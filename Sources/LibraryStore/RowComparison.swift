import SyncCore

/// A row as this library and the hub say it, in the columns that both have. Only of those can be said whether they differ:
/// the hub carries through what another device's newer application, or a payload, has and this table has not, and need
/// not know what this one added.
struct RowComparison {
  /// What this library says; `nil` where it has no such row.
  let mine: Document?
  /// What the hub says.
  let hubs: Document

  /// Takes the row as it is here, if it is, the hub's document of it, and its table.
  init(_ local: Document?, _ document: Document, _ layout: TableLayout) {
    let common = document.columns.map(\.name).filter {
      layout.shape.kind == .link || layout.travelling.contains($0)
    }
    mine = local?.only(common)
    hubs = document.only(common)
  }

  /// Whether both sides say the same; when it was modified aside.
  var isSame: Bool { mine?.holdsTheSame(as: hubs, besides: [BookkeepingColumn.lastModified]) ?? false }
}
