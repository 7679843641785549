/// Finds the row that holds a natural key, and decides about a change whose key another row holds
/// (docs/protocol.md §4, Keys).
///
/// A row claims a key only if the device that last wrote one of the key's columns has that key in its schema.
/// A change is checked only against claims, and only for keys that its sender has.
extension ChangeEvaluation {
  /// The document's keys at these places of the shape. A key that contains NULL does not count.
  func claims(of document: Document, among places: [Int]) -> [KeyText] {
    places.compactMap { index in
      shape.naturalKeys[index].text(of: document).map { KeyText(entity: shape.name, index: index, text: $0) }
    }
  }

  /// The other row that claims a key and keeps it; `nil` if the key is free or the row gives it up.
  func holder(of key: KeyText, besides row: String) throws(L.Failure) -> String? {
    guard let holder = try ledger.holder(of: key), holder != row else { return nil }
    return try keyHolder(key, holder) == .leaving ? nil : holder
  }

  /// What prevents a row from becoming `candidate`; `columns` are the ones about to change.
  func obstacle(
    to candidate: Document, _ columns: [String], of row: RowName
  ) throws(L.Failure) -> KeyObstacle? {
    for index in keys where shape.naturalKeys[index].columns.contains(where: columns.contains) {
      guard let text = shape.naturalKeys[index].text(of: candidate) else { continue }
      let key = KeyText(entity: shape.name, index: index, text: text)
      guard let holder = try holder(of: key, besides: row.uuid) else { continue }
      if case .sameThingUnder(let parent) = shape.naturalKeys[index].collision,
        try !isChild(RowName(shape.name, holder), on: candidate.says(parent), by: parent),
        let apart = shape.suffixed(candidate, key: index, uuid: row.uuid)
      {
        return .otherText(apart)
      }
      return .taken(by: holder)
    }
    return nil
  }

  /// Whether a row belongs to a parent. A tombstone belongs to none.
  func isChild(_ row: RowName, on parent: Value, by wireName: String) throws(L.Failure) -> Bool {
    guard let state = try ledger.state(of: row) else { return false }
    return state.document.says(wireName).isSame(as: parent)
  }

  /// Gives a row another key if its own went to another row of the same sender and its new key lost. The new
  /// key is derived from the row's name, or is the next free number. A number that another row has claimed is
  /// replaced too if the sender sends it again.
  func keepKeysApart(_ merge: inout ThreeWayMerge, _ stored: RowState, of row: RowName) throws(L.Failure) {
    for index in keys {
      let key = shape.naturalKeys[index]
      guard !key.columns.contains(where: merge.written.contains),
        let kept = key.text(of: stored.document),
        // The change names the row's number, or it asked for another key and did not get it.
        key.numberColumn.map({ change.payload[$0] != nil }) ?? false
          || key.text(of: stored.document.overlaid(with: change.payload))?.isSameText(as: kept) != true,
        let holder = try ledger.holder(of: KeyText(entity: shape.name, index: index, text: kept)),
        holder != row.uuid
      else { continue }
      switch key.collision {
      case .nextFree(let column):
        guard let free = try nextFree(column, in: merge.document, key: index) else { continue }
        merge.set(free.only([column]))
      case .sameThing, .sameThingUnder:
        guard let column = key.suffixedColumn,
          let apart = shape.suffixed(merge.document, key: index, uuid: row.uuid)
        else { continue }
        merge.set(apart.only([column]))
      }
    }
  }

  /// Returns the document with its number if that is free, else with the number after the greatest in use;
  /// `nil` if the document has no usable number.
  func nextFree(_ column: String, in document: Document, key index: Int) throws(L.Failure) -> Document? {
    var candidate = document
    var isOwn = true
    while let text = shape.naturalKeys[index].text(of: candidate),
      try ledger.holder(of: KeyText(entity: shape.name, index: index, text: text)) != nil
    {
      guard var number = candidate.says(column).integer else { return nil }
      if isOwn, let greatest = try ledger.greatestNumber(beside: document, shape, key: index) {
        number = max(number, greatest)
      }
      isOwn = false
      guard number < Int64.max else { return nil }
      candidate[column] = .integer(number + 1)
    }
    return candidate
  }
}

/// What a sender says of a row that claims a natural key.
package enum KeyHolder: Hashable, Sendable {
  /// Nothing: the row holds the key.
  case holding
  /// A later change of the sender gives up the key.
  case leaving
  /// The sender's library has it beside the row that wants the key: they are two distinct rows.
  case distinct
}

/// What prevents a row from taking a natural key.
enum KeyObstacle {
  /// Another row claims it.
  case taken(by: String)
  /// The key is unique only on the device that made it: the row gets this text instead.
  case otherText(Document)
}

extension EntityShape {
  /// Returns the document with the key's text made unique by the row's uuid; `nil` if the key has no column
  /// for that, or the text has that suffix already.
  func suffixed(_ document: Document, key index: Int, uuid: String) -> Document? {
    guard let column = naturalKeys[index].suffixedColumn, let text = document.says(column).sameText else {
      return nil
    }
    let suffix = "~" + uuid
    guard !text.hasSuffix(suffix) else { return nil }
    var apart = document
    apart[column] = .text(text + suffix)
    return apart
  }
}
