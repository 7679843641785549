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
  /// Whether the body says it: as an error of a hub or of a layer-1 server does, and as a proxy's or a portal's page does
  /// not.
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

  /// Reads an error reply of any server: ours, or a layer-1 server's `{"detail": …}` where detail is a string, a list
  /// or an object with `message` and `errors`; a body that is neither leaves the detail to the status.
  package init(status: Int, body: [UInt8]) {
    self.status = status
    code = ""
    detail = "HTTP status \(status)"
    hasDetail = false
    guard body.count <= 65_536, let object = (try? JSONReader.read(body))?.object else { return }
    code = object["code"]?.string?.onOneLine(scalarsMax: 64) ?? ""
    if let words = object["detail"].flatMap(ServerWords.init) {
      detail = words.text.onOneLine()
      hasDetail = true
    }
  }

  /// The code as one of ours, where it is.
  package var known: ProblemCode? { ProblemCode(rawValue: code) }
}
