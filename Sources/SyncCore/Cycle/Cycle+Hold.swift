/// What the cycle does while changes are held (docs/decisions/0028): it pushes as always, takes nothing in, and reads the
/// log on only to count what it takes.
extension Cycle {
  /// From where the log is read: from the pulled cursor, or from where what is held was counted to.
  var readFrom: Position { max(cursor, hold?.read ?? .start) }

  /// Whether the log may be read. While changes are held it may if the device keeps its place all the same: a layer-1
  /// server keeps none, and a hub must know of `held`.
  var mayRead: Bool {
    guard hold != nil, case .layer2(_, _, _, let offers) = hub else { return true }
    return offers.held
  }
}
