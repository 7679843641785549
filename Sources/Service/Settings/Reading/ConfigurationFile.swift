import TOMLKit

/// A value as written, before it is read as its setting's kind.
enum WrittenValue: Equatable {
  /// A TOML string, an environment variable or a flag.
  case text(String)
  /// A TOML integer.
  case integer(Int)
  /// A TOML float.
  case real(Double)
  /// A value of another TOML type, which no setting accepts.
  case other(typeName: String)
}

/// The keys and values of a TOML file, in the order of their lines.
struct ConfigurationFile {
  /// A key with a value.
  struct Leaf {
    /// The dotted name, as written.
    let name: String
    /// Its line, counted from 1; 0 if unknown.
    let line: Int
    /// Its value, not checked yet.
    let value: WrittenValue
  }

  /// The keys, in the order of their lines.
  private(set) var leaves: [Leaf] = []

  /// Parses a TOML text. Walks the tables itself instead of using the library's decoder, whose errors name
  /// the wrong types.
  ///
  /// - Throws: `SettingsError` with one problem if the text is not valid TOML or `ParserGuard` refuses it.
  init(text: String, path: String) throws(SettingsError) {
    let table: TOMLTable
    if let problem = ParserGuard.firstProblem(in: text, path: path) { throw SettingsError([problem]) }
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let origin = Origin.file(path: path, line: error.source.begin.line)
      throw SettingsError([SettingsProblem(origin, key: nil, "is not valid TOML: \(error.description)")])
    } catch {
      throw SettingsError([SettingsProblem(.file(path: path, line: 0), key: nil, "is not valid TOML")])
    }
    walk(table, path: [], lines: KeyLines(text))
    leaves.sort { ($0.line, $0.name) < ($1.line, $1.name) }
  }

  /// The deepest level of tables to walk. Settings are at level two.
  private static let depthMax = 8

  private mutating func walk(_ table: TOMLTable, path: [String], lines: KeyLines) {
    for (key, value) in table {
      let path = path + [key]
      if path.count > Self.depthMax {
        append(path, .other(typeName: "table"), lines)
      } else if let inner = value.table, !(inner.isEmpty && path.count > 1) {
        if inner.isEmpty, !Setting.sections.contains(key) { append(path, .other(typeName: "table"), lines) }
        walk(inner, path: path, lines: lines)
      } else if let text = value.string {
        append(path, .text(text), lines)
      } else if value.type == .int, let number = value.int {
        append(path, .integer(number), lines)
      } else if value.type == .double, let number = value.double {
        append(path, .real(number), lines)
      } else {
        append(path, .other(typeName: value.type.description), lines)
      }
    }
  }

  private mutating func append(_ path: [String], _ value: WrittenValue, _ lines: KeyLines) {
    leaves.append(Leaf(name: path.joined(separator: "."), line: lines.line(of: path), value: value))
  }
}
