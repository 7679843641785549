import SyncCore

/// A row as this library and the hub say it, in the columns that both have. Only of those can be said whether they differ:
/// the hub carries through what another device's newer application, or a payload, has and this table has not, and need
/// not know what this one added. A column in which this library holds a BLOB is not compared.
struct RowComparison {
  /// What this library shows; `nil` where it has no such row.
  let mine: Document?
  /// What the hub says.
  let hubs: Document
  /// The hub's values that this library keeps, because its table cannot show them.
  private let kept: Document

  /// Takes the row as it is here, if it is, the hub's document of it, its table, and what is kept beside the row.
  init(_ local: LocalRow?, _ document: Document, _ layout: TableLayout, kept: Document) {
    let isLink = layout.shape.kind == .link
    let blobs = local?.blobs ?? []
    let common = document.columns.map(\.name).filter { name in
      isLink || kept[name] != nil || (layout.travelling.contains(name) && !blobs.contains(name))
    }
    self.kept = kept.only(common)
    mine = local?.document.only(common.filter { kept[$0] == nil })
    hubs = document.only(common)
  }

  /// Whether both sides say the same; when it was modified aside.
  var isSame: Bool {
    mine?.overlaid(with: kept).holdsTheSame(as: hubs, besides: [BookkeepingColumn.lastModified]) ?? false
  }
}
