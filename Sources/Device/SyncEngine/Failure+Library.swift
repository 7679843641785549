import SyncCore

extension Failure {
  /// The failure that an error of the library means.
  static func library(_ error: StoreError) -> Failure {
    let kind: Kind =
      error.isOfPermission ? .libraryForbidden : error.isTemporary ? .libraryBusy : .libraryUnusable
    var failure = Failure(kind, error.description)
    failure.mayBeHalfWritten = error.mayBeHalfWritten
    if case .busy = error { failure.awaitsLock = true }
    return failure
  }
}
