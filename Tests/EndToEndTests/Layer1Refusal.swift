import Foundation

/// The changes that a layer-1 server refuses, and its reply: its own words for a change that it cannot apply,
/// those of its framework, or none at all.
struct Layer1Refusal: Sendable {
  /// The form of the reply.
  enum Form: Sendable, CaseIterable {
    /// 400, and the errors name the change's id.
    case namedIn400
    /// 500, and the errors name the change's id.
    case namedIn500
    /// 500, and the text names the row.
    case rowNamedIn500
    /// 422, and a list names the change's place in the request.
    case placeIn422
    /// 400, and nothing names the change.
    case silent400
  }

  /// Whether it refuses a change.
  var refuses: @Sendable (JSONNode) -> Bool
  /// Its answer to a batch with such a change at a place.
  var answer: @Sendable (_ change: JSONNode, _ place: Int) -> HTTPReply

  /// Refuses the changes of one row.
  init(row uuid: String, _ form: Form) {
    refuses = { $0["entity_uuid"]?.text == uuid }
    answer = { change, place in Self.reply(form, change["change_id"]?.integer ?? 0, uuid, place) }
  }

  /// Answers every batch with this reply.
  init(everything status: Int, _ body: String) {
    refuses = { _ in true }
    answer = { _, _ in HTTPReply(status: status, body: Data(body.utf8)) }
  }

  /// The reply to a batch; `nil` if the server accepts all of it.
  func reply(to changes: [JSONNode]) -> HTTPReply? {
    changes.firstIndex(where: refuses).map { answer(changes[$0], $0) }
  }

  private static func reply(_ form: Form, _ id: Int64, _ uuid: String, _ place: Int) -> HTTPReply {
    func applying(_ errors: [String]) -> JSONNode {
      .object([
        "message": .text("Failed to apply changes atomically."), "errors": .list(errors.map { .text($0) }),
      ])
    }
    let (status, detail): (Int, JSONNode) =
      switch form {
      case .namedIn400: (400, applying(["Failed Change ID \(id): the keyword is refused"]))
      case .namedIn500: (500, applying(["Failed Processing Change ID \(id): the keyword is refused"]))
      case .rowNamedIn500: (500, .text("Error applying single change for \(uuid): the keyword is refused"))
      case .placeIn422:
        (
          422,
          .list([
            .object([
              "type": .text("value_error"), "msg": .text("the keyword is refused"),
              "loc": .list([.text("body"), .text("changes"), .integer(Int64(place)), .text("payload")]),
              "input": .text(String(repeating: "x", count: 100_000)),
            ])
          ])
        )
      case .silent400: (400, .text("the keyword is refused"))
      }
    return Layer1Server.reply(status, ["detail": detail])
  }
}
