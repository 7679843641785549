import Synchronization

/// Everything that was typed and committed on all devices: nothing of it may be lost silently
/// (docs/promises.md, promise 3).
package final class TypedRecord: Sendable {
  private let values = Mutex<[TypedValue]>([])

  /// Creates an empty record.
  package init() {}

  /// Adds the typed texts of one committed edit.
  package func add(_ typed: [TypedValue]) { values.withLock { $0 += typed } }

  /// The number of typed values.
  package var count: Int { values.withLock { $0.count { $0.text != nil } } }

  /// The values that are nowhere: neither in `library`, nor overwritten by somebody who saw them, nor in one
  /// of `records` (conflict records and quarantine, of the hub and of the devices).
  package func lost(from library: SQLiteConnection, records: [String]) throws(SampleFailure) -> [TypedValue] {
    let typed = values.withLock { $0 }
    let columns = Set(typed.map { Place(entity: $0.entity, column: $0.column) })
    var held: [Place: Set<String>] = [:]
    for place in columns {
      let rows = try library.rows("SELECT \(place.column) FROM \(place.entity)")
      held[place] = Set(rows.compactMap { $0[0].text })
    }
    for value in typed {
      guard let saw = value.saw else { continue }
      held[Place(entity: value.entity, column: value.column), default: []].insert(saw)
    }
    return typed.filter { value in
      guard let text = value.text else { return false }
      let isHeld = held[Place(entity: value.entity, column: value.column)]?.contains(text) ?? false
      return !isHeld && !records.contains { $0.contains(value.mark) }
    }
  }

  private struct Place: Hashable {
    var entity: String
    var column: String
  }
}
