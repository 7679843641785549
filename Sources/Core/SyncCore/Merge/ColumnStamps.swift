/// Who last edited a column, and when.
package struct ColumnStamp: Hashable, Sendable {
  /// When, by the hub's clock.
  package var edited: Instant
  /// The device. Not the incarnation: a device remains the same through a restore (docs/protocol.md §3).
  package var device: DeviceID
  /// The device's incarnation; `nil` if it is not known. It does not decide who wins. But after a restore
  /// from a copy, the new incarnation has not seen what an earlier one wrote later than that copy.
  package var life: Incarnation?
  /// The row's name that the device used. If a device wrote two rows that proved to be one, it has not seen
  /// either's values in the other.
  package var name: Name

  /// A name of a row, as far as the hub can tell which one the sender meant.
  package enum Name: Hashable, Sendable {
    /// The hub's own.
    case canonical
    /// An alias: the row was created a second time under it.
    case alias(String)
    /// Some alias that the sender does not name. It sent the change under the hub's name with an empty base
    /// (docs/protocol.md §3, rule 6), and may have seen nothing that was written under any name.
    case someAlias

    /// Whether a device that writes under this name has seen, in the row, what it wrote under the other name.
    func sees(_ other: Name) -> Bool {
      switch (self, other) {
      case (.canonical, .canonical): true
      case (.alias(let left), .alias(let right)): left.isSameText(as: right)
      case (.canonical, _), (.alias, _), (.someAlias, _): false
      }
    }
  }

  /// Takes the time, the device, its incarnation, and the row's name.
  package init(edited: Instant, device: DeviceID, life: Incarnation? = nil, name: Name = .canonical) {
    self.edited = edited
    self.device = device
    self.life = life
    self.name = name
  }

  /// Whether the device of this stamp had seen the other stamp's value when it edited.
  func hasSeen(_ other: ColumnStamp) -> Bool {
    guard device == other.device else { return false }
    return (other.life == nil || life == other.life) && name.sees(other.name)
  }
}

/// The stamps of all columns of a row: the stamp of its creation, and later ones.
package struct ColumnStamps: Hashable, Sendable {
  /// The stamp of every column without a later one.
  package var original: ColumnStamp
  /// Later stamps, by merge unit (named by its first column).
  package var later: [String: ColumnStamp]

  /// Takes the stamp of the row's creation, and later ones by merge unit.
  package init(original: ColumnStamp, later: [String: ColumnStamp] = [:]) {
    self.original = original
    self.later = later
  }

  /// The stamp of a merge unit.
  package subscript(_ unit: String) -> ColumnStamp { later[unit] ?? original }
}

/// A row as the hub holds it.
package struct RowState: Hashable, Sendable {
  /// The whole row.
  package var document: Document
  /// The row's version; the hub counts it.
  package var version: Int64
  /// The position of this state in the log.
  package var position: Position
  /// Who last edited each column.
  package var stamps: ColumnStamps

  /// Takes a row's state.
  package init(document: Document, version: Int64, position: Position, stamps: ColumnStamps) {
    self.document = document
    self.version = version
    self.position = position
    self.stamps = stamps
  }
}

/// A value that lost against another. Every loss is recorded (docs/promises.md, promise 3).
package struct ColumnConflict: Hashable, Sendable {
  /// The values that lost, by column.
  package var losing: Document
  /// The values that won.
  package var winning: Document
  /// The device whose values lost.
  package var losingDevice: DeviceID
  /// The values come from the sending device itself, but it has not seen them in this row: an earlier
  /// incarnation wrote them, or the device wrote them in another row that proved to be this one.
  package var isOwn: Bool

  /// Takes both sides, the device that lost, and whether it lost to itself.
  package init(losing: Document, winning: Document, losingDevice: DeviceID, isOwn: Bool = false) {
    self.losing = losing
    self.winning = winning
    self.losingDevice = losingDevice
    self.isOwn = isOwn
  }
}
