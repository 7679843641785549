/// Who edited a column last, and when.
package struct ColumnStamp: Hashable, Sendable {
  /// When, by the hub's clock.
  package var edited: Instant
  /// Which device: the device, not its incarnation, since it stays itself through a restore (protocol.md §3).
  package var device: DeviceID
  /// In which of its lives: it does not decide who wins, but a life has not seen what an earlier one wrote after the
  /// copy that it was restored from. `nil` where it is not known.
  package var life: Incarnation?
  /// Under which of the row's names: a device that wrote two rows which turned out to be one has seen neither's
  /// values in the other.
  package var name: Name

  /// A name of a row, as far as the hub can tell which one the sender meant.
  package enum Name: Hashable, Sendable {
    /// The hub's own.
    case canonical
    /// Another, by which the row was created a second time.
    case alias(String)
    /// A change made under some alias that the sender does not name, sent under the hub's name with an empty base
    /// (protocol.md §3, rule 6): it may have seen nothing that was written under any.
    case someAlias

    /// Whether who writes under this name has seen, in the row, what the same device wrote under the other.
    func sees(_ other: Name) -> Bool {
      switch (self, other) {
      case (.canonical, .canonical): true
      case (.alias(let left), .alias(let right)): left.isSameText(as: right)
      case (.canonical, _), (.alias, _), (.someAlias, _): false
      }
    }
  }

  /// Takes time, device, life and name.
  package init(edited: Instant, device: DeviceID, life: Incarnation? = nil, name: Name = .canonical) {
    self.edited = edited
    self.device = device
    self.life = life
    self.name = name
  }

  /// Whether the device of this stamp had the other's value before it when it edited.
  func hasSeen(_ other: ColumnStamp) -> Bool {
    guard device == other.device else { return false }
    return (other.life == nil || life == other.life) && name.sees(other.name)
  }
}

/// A stamp for every column of a row: the one of its creation, and those that came later.
package struct ColumnStamps: Hashable, Sendable {
  /// The stamp of every column that has none of its own.
  package var original: ColumnStamp
  /// Later stamps, by the name of the merge unit (its first column).
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
  /// Counted by the hub.
  package var version: Int64
  /// Where in the log this state stands.
  package var position: Position
  /// Who edited which column last.
  package var stamps: ColumnStamps

  /// Takes every part.
  package init(document: Document, version: Int64, position: Position, stamps: ColumnStamps) {
    self.document = document
    self.version = version
    self.position = position
    self.stamps = stamps
  }
}

/// A value that lost against another. Nothing is lost in silence (design.md §2, promise 3).
package struct ColumnConflict: Hashable, Sendable {
  /// The values that lost, by column.
  package var losing: Document
  /// The values that stand in their place.
  package var winning: Document
  /// The device whose values lost.
  package var losingDevice: DeviceID
  /// The values are of the very device that sends, which has not seen them in this row: an earlier life of it wrote
  /// them, or it wrote them in another row that turned out to be this one.
  package var isOwn: Bool

  /// Takes both sides, the device that lost, and whether it lost to itself.
  package init(losing: Document, winning: Document, losingDevice: DeviceID, isOwn: Bool = false) {
    self.losing = losing
    self.winning = winning
    self.losingDevice = losingDevice
    self.isOwn = isOwn
  }
}
