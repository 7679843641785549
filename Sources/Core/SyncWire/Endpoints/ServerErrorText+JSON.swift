import SyncCore

/// What a layer-1 server says about a request that it refused (docs/protocol.md §2): `{"detail": …}` with a
/// text, an object with `message` and `errors`, or a list of errors with their places in the body.
extension ServerErrorText {
  /// The longest body that is parsed. A list of errors may repeat the values that it complains about.
  private static let bodyBytesMax = 8 * 1024 * 1024
  /// The most text that is kept, in Unicode scalars.
  private static let scalarsMax = 4096
  /// Members that repeat the request instead of describing the error.
  private static let echoes: Set<String> = ["input", "ctx", "url", "payload", "type"]

  /// Parses an error reply; `nil` if it has no `detail`.
  package init?(body: [UInt8]) {
    guard body.count <= Self.bodyBytesMax, let object = (try? JSONReader.read(body))?.object,
      let detail = object["detail"]
    else { return nil }
    self.init(detail)
  }

  /// Parses a `detail`; `nil` if it has no text.
  init?(_ detail: JSONValue) {
    var reader = DetailReader()
    let text = reader.words(of: detail).onOneLine(scalarsMax: Self.scalarsMax)
    guard !text.isEmpty else { return nil }
    self.init(
      text: text, places: reader.places, changeIDs: reader.changeIDs,
      isOfRequest: reader.hasLocations && reader.places.isEmpty)
  }

  /// Puts a detail into words, and collects the places and change ids that it names.
  private struct DetailReader {
    var places: [Int] = []
    var changeIDs: [Int64] = []
    /// Whether the detail names places in the body.
    var hasLocations = false

    mutating func words(of value: JSONValue) -> String {
      switch value {
      case .string(let text): return text
      case .integer(let number): return String(number)
      case .real(let number): return String(number)
      case .bool(let flag): return String(flag)
      case .null, .invalid: return ""
      case .array(let values): return joined(values.map { words(of: $0) }, by: "; ")
      case .object(let object): return words(of: object)
      }
    }

    private mutating func words(of object: JSONObject) -> String {
      if let id = object["change_id"]?.integer { changeIDs.append(id) }
      if let message = object["msg"]?.string, let location = object["loc"]?.array {
        return "\(path(location)): \(message)"
      }
      let members = object.members.filter { !ServerErrorText.echoes.contains($0.name) }
      return joined(
        members.map { member in
          let text = words(of: member.value)
          let speaksForItself = ["message", "errors", "error", "reason"].contains(member.name)
          return text.isEmpty || speaksForItself ? text : "\(member.name): \(text)"
        }, by: "; ")
    }

    /// A place in the body, such as `body.changes[17].payload`.
    private mutating func path(_ location: [JSONValue]) -> String {
      hasLocations = true
      var path = ""
      for (index, step) in location.enumerated() {
        if let place = step.integer {
          if index > 0, location[index - 1].string == "changes" { places.append(Int(clamping: place)) }
          path += "[\(place)]"
        } else if let name = step.string {
          path += path.isEmpty ? name : "." + name
        }
      }
      return path
    }

    private func joined(_ parts: [String], by separator: String) -> String {
      parts.filter { !$0.isEmpty }.joined(separator: separator)
    }
  }
}
