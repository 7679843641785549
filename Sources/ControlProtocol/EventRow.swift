/// A row of which an event speaks: `{"code":"unknown_entity","direction":"pull","entity":"Podcasts","number":12,"uuid":"…"}`.
/// What is not known is absent.
package struct EventRow: Codable, Hashable, Sendable {
  /// The entity that the row is of.
  package var entity: String?
  /// Its uuid.
  package var uuid: String?
  /// Why it was set aside, for scripts and `mediasyncctl explain`.
  package var code: String?
  /// Where the entry was going: `push` or `pull`.
  package var direction: String?
  /// The entry's number in the application's log (`push`), or its position at the hub (`pull`).
  package var number: Int64?

  /// Takes the row's name; set the rest.
  package init(entity: String?, uuid: String?) { (self.entity, self.uuid) = (entity, uuid) }
}
