/// The cycle while changes are held (docs/decisions/0028). It pushes as always and applies nothing. It reads
/// the log only to count what it holds.
extension Cycle {
  /// The position from which the log is read: the pulled cursor, or the position up to which held changes are
  /// counted.
  var readFrom: Position { max(cursor, hold?.read ?? .start) }

  /// Whether the device may read the log. While changes are held it may do so only if the hub still knows the
  /// device's place: a layer-1 server keeps none, and a hub must offer `held`.
  var mayRead: Bool {
    guard hold != nil, case .layer2(_, _, _, let offers) = hub else { return true }
    return offers.held
  }
}
