import TOMLKit

/// A value as it was written, before its setting has looked at it.
enum WrittenValue: Equatable {
  /// A TOML string, an environment variable or a flag.
  case text(String)
  /// A TOML integer.
  case integer(Int)
  /// A TOML float.
  case real(Double)
  /// Another TOML type, by its name.
  case other(typeName: String)
}

/// What a TOML file says: its leaves in the order of their lines.
struct ConfigurationFile {
  /// A key with a value.
  struct Leaf {
    /// The dotted name, as written.
    let name: String
    /// Where it stands, counted from 1.
    let line: Int
    /// Its value.
    let value: WrittenValue
  }

  /// The keys, in the order of their lines.
  private(set) var leaves: [Leaf] = []

  /// Reads a TOML text. The library only parses: its decoder names wrong types wrongly, so the tables are
  /// walked here.
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

  /// How deep tables are walked: settings lie two deep.
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
