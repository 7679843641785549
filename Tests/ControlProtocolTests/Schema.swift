import Foundation

/// The part of JSON Schema that docs/control-protocol.schema.json uses. Stricter in one thing: a key that the
/// schema does not name is an error, so that the schema cannot fall behind the code.
struct Schema {
  private let definitions: [String: [String: Any]]
  /// The schema file's text.
  let text: String

  init() throws {
    let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/control-protocol.schema.json")
    text = try String(contentsOf: file, encoding: .utf8)
    let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    definitions = root?["$defs"] as? [String: [String: Any]] ?? [:]
  }

  /// The errors in a line, checked as a message of this kind; empty if there are none.
  func faults(_ line: String, as definition: String) -> [String] {
    guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
    else { return ["not JSON"] }
    return faults(value, ["$ref": "#/$defs/" + definition], at: definition)
  }

  /// The values that a definition's member may have.
  func names(_ member: String, of definition: String) -> [String] {
    let properties = definitions[definition]?["properties"] as? [String: [String: Any]]
    return properties?[member]?["enum"] as? [String] ?? []
  }

  private func faults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      guard let found = definitions[String(reference.dropFirst("#/$defs/".count))] else {
        return ["\(path): no \(reference)"]
      }
      return faults(value, found, at: path)
    }
    for (key, isOne) in [("oneOf", true), ("anyOf", false)] {
      guard let options = schema[key] as? [[String: Any]] else { continue }
      let found = options.map { faults(value, $0, at: path) }
      let count = found.count { $0.isEmpty }
      if isOne ? count != 1 : count == 0 {
        return ["\(path): \(count) of \(options.count) fit"] + (found.min { $0.count < $1.count } ?? [])
      }
      return []
    }
    return scalarFaults(value, schema, at: path) + memberFaults(value, schema, at: path)
  }

  private func scalarFaults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    var faults: [String] = []
    if let constant = schema["const"], !same(constant, value) { faults.append("\(path): not \(constant)") }
    if let names = schema["enum"] as? [String], let text = value as? String, !names.contains(text) {
      faults.append("\(path): \(text) is none of \(names)")
    }
    if let type = schema["type"] {
      let types = type as? [String] ?? [type as? String ?? ""]
      if !types.contains(where: { fits(value, $0) }) { faults.append("\(path): not \(types)") }
    }
    if let number = value as? NSNumber, !isBool(number) {
      if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
        faults.append("\(path): below \(least)")
      }
      if let most = schema["maximum"] as? NSNumber, number.doubleValue > most.doubleValue {
        faults.append("\(path): above \(most)")
      }
    }
    return faults
  }

  private func memberFaults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    var faults: [String] = []
    if let members = value as? [String: Any],
      let properties = schema["properties"] as? [String: [String: Any]]
    {
      for key in schema["required"] as? [String] ?? [] where members[key] == nil {
        faults.append("\(path): \(key) is missing")
      }
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        guard let property = properties[key] else {
          faults.append("\(path): the schema does not name \(key)")
          continue
        }
        faults += self.faults(member, property, at: path + "." + key)
      }
    }
    if let elements = value as? [Any], let items = schema["items"] as? [String: Any] {
      for element in elements { faults += self.faults(element, items, at: path + "[]") }
    }
    return faults
  }

  private func fits(_ value: Any, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", is NSNull), ("object", is [String: Any]), ("array", is [Any]), ("string", is String): true
    case ("boolean", let number as NSNumber): isBool(number)
    case ("number", let number as NSNumber): !isBool(number)
    case ("integer", let number as NSNumber):
      !isBool(number) && number.doubleValue == number.doubleValue.rounded()
    default: false
    }
  }

  private func same(_ constant: Any, _ value: Any) -> Bool {
    switch (constant, value) {
    case (let left as String, let right as String): left == right
    case (let left as NSNumber, let right as NSNumber): left == right && isBool(left) == isBool(right)
    default: false
    }
  }

  private func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
