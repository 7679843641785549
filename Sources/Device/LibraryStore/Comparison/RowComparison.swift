import SyncCore

/// Compares this library's state of a row with the hub's, in the columns that both have. In other columns
/// they cannot differ: the hub keeps columns of another device's newer application or payload that this table
/// lacks, and need not know those that this one added. A column in which this library holds a BLOB is not
/// compared.
struct RowComparison {
  /// What this library shows; `nil` if it has no such row.
  let mine: Document?
  /// What the hub says.
  let hubs: Document
  /// Values of the hub that this library stores beside the row, because its table cannot show them.
  private let kept: Document

  /// Takes the local row, if there is one, the hub's document, the table, and the values stored beside the
  /// row.
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

  /// Whether both sides are equal, except for the time of modification.
  var isSame: Bool {
    mine?.overlaid(with: kept).holdsTheSame(as: hubs, besides: [BookkeepingColumn.lastModified]) ?? false
  }
}
