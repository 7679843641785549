import SyncCore

/// An error as `application/problem+json` (RFC 9457) with a stable `code`.
package struct Problem: Error, Hashable, Sendable {
  /// The media type of an encoded problem.
  package static let contentType = "application/problem+json"

  /// The HTTP status.
  package var status: Int
  /// The stable code.
  package var code: String
  /// What happened, for a person.
  package var detail: String
  /// Whether the body had a `detail`, as errors of a hub or a layer-1 server do. The page of a proxy or a
  /// portal has none.
  package private(set) var hasDetail = true

  /// Takes status, code and detail.
  package init(status: Int, code: ProblemCode, detail: String) {
    self.status = status
    self.code = code.rawValue
    self.detail = detail
  }

  /// The problem as JSON text.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("type")
    writer.string("about:blank")
    writer.name("title")
    writer.string(code)
    writer.name("status")
    writer.integer(Int64(status))
    writer.name("code")
    writer.string(code)
    writer.name("detail")
    writer.string(detail)
    writer.endObject()
    return writer.bytes
  }

  /// Parses an error reply of a hub or of a layer-1 server. A layer-1 server sends `{"detail": …}` with a
  /// string, a list, or an object with `message` and `errors`. For any other body, the detail names the HTTP
  /// status only.
  package init(status: Int, body: [UInt8]) {
    self.status = status
    code = ""
    detail = "HTTP status \(status)"
    hasDetail = false
    guard body.count <= 65_536, let object = (try? JSONReader.read(body))?.object else { return }
    code = object["code"]?.string?.onOneLine(scalarsMax: 64) ?? ""
    if let words = object["detail"].flatMap(ServerErrorText.init) {
      detail = words.text.onOneLine()
      hasDetail = true
    }
  }

  /// The code if it is one of this protocol.
  package var known: ProblemCode? { ProblemCode(rawValue: code) }
}
