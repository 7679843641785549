/// The stable `code` of every problem document, verdict and quarantined entry. Scripts depend on them.
package enum ProblemCode: String, Hashable, Sendable, CaseIterable {
  /// 400: the body is not JSON.
  case badJSON = "bad_json"
  /// 422: the endpoint does not accept the envelope.
  case badEnvelope = "bad_envelope"
  /// 413: the body is larger than `max_bytes` or has more than `max_batch` changes. Verdict: the row would
  /// have more than 256 columns or more than `max_bytes`.
  case tooLarge = "too_large"
  /// 415: the body is not `application/json`.
  case unsupportedMedia = "unsupported_media"
  /// 401: no token, or one that the hub does not know.
  case unauthorized
  /// 403: the token was revoked.
  case tokenRevoked = "token_revoked"
  /// 403: the token is bound to another device.
  case tokenOfAnotherDevice = "token_of_another_device"
  /// 404: no such path.
  case notFound = "not_found"
  /// 405: the path takes another method.
  case methodNotAllowed = "method_not_allowed"
  /// 409: the client's cursor names another log.
  case logMismatch = "log_mismatch"
  /// 409: the client's change ids come again with other content.
  case deviceRewound = "device_rewound"
  /// 409: the hub's log has another chain value at the client's cursor, or does not reach there.
  case logRewound = "log_rewound"
  /// 409: the hub no longer keeps the log from the client's cursor on.
  case cursorTooOld = "cursor_too_old"
  /// 503: the hub cannot write now.
  case busy
  /// 500: the hub failed; its own log has the reason.
  case failed = "internal_error"

  /// Verdict and quarantine: the entry cannot be read.
  case malformedEntry = "malformed_entry"
  /// Verdict and quarantine: the payload cannot be read.
  case malformedPayload = "malformed_payload"
  /// Verdict and quarantine: the catalogue does not know the entity.
  case unknownEntity = "unknown_entity"
  /// Verdict and quarantine: no such operation, or not one for this entity.
  case unknownOperation = "unknown_operation"
  /// Verdict: an update of a row that the hub has never seen; the create before it is missing.
  case unknownRow = "unknown_row"
  /// Verdict: a create lacks a required column, such as its natural key or its parent.
  case incompleteRow = "incomplete_row"
  /// Verdict: the parent was never pushed, or was rejected.
  case unknownParent = "unknown_parent"
  /// Quarantine: a layer-1 server refuses the change; the reason quotes the server.
  case refusedByServer = "refused_by_server"
  /// Quarantine: the library's own rules refuse the row (a NOT NULL or CHECK constraint).
  case refusedByLibrary = "refused_by_library"
}
