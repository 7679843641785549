/// A row that an event names:
/// `{"code":"unknown_entity","direction":"pull","entity":"Podcasts","number":12,"uuid":"…"}`. Unknown values
/// are absent.
package struct EventRow: Codable, Hashable, Sendable {
  /// The row's entity.
  package var entity: String?
  /// The row's uuid.
  package var uuid: String?
  /// The reason for its quarantine, as a code for scripts and `mediasyncctl explain`.
  package var code: String?
  /// The direction of the entry: `push` or `pull`.
  package var direction: String?
  /// The entry's number in the application's log (`push`), or its position at the hub (`pull`).
  package var number: Int64?

  /// Takes the row's name. Set the other parts afterwards.
  package init(entity: String?, uuid: String?) { (self.entity, self.uuid) = (entity, uuid) }
}
