import Foundation

/// Prometheus's own parsers, from Debian's python3-prometheus-client: a strict one for OpenMetrics, and one
/// for the older text format that file collectors read.
package enum PrometheusParser {
  /// The result of parsing a text.
  package struct Samples: Decodable, Sendable {
    /// The type of each family.
    package let types: [String: String]
    /// The value of each sample, by its name and its sorted labels: `x_total{kind="a"}`.
    package let values: [String: Double]
  }

  /// The choice of parser.
  package enum Format: String, Sendable, CaseIterable {
    /// `prometheus_client.openmetrics.parser`.
    case openMetrics = "prometheus_client.openmetrics.parser"
    /// `prometheus_client.parser`.
    case text = "prometheus_client.parser"
  }

  /// Parses a text; throws the parser's message if it refuses the text.
  package static func parse(_ text: String, as format: Format, directory: String) throws -> Samples {
    let path = "\(directory)/metrics-\(UUID().uuidString).txt"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let end = try RunningProgram(
      "/usr/bin/python3", ["-c", script, format.rawValue, path], directory: directory
    ).end()
    guard end.code == 0 else { throw ProgramFailure("\(format): \(end.errors.suffix(2000))") }
    return try JSONDecoder().decode(Samples.self, from: Data(end.output.utf8))
  }

  private static let script = """
    import importlib, json, sys
    parser = importlib.import_module(sys.argv[1])
    types, values = {}, {}
    for family in parser.text_string_to_metric_families(open(sys.argv[2], newline="").read()):
        types[family.name] = family.type
        for s in family.samples:
            labels = ",".join('%s="%s"' % (k, v) for k, v in sorted(s.labels.items()) if k != "library")
            key = s.name + ("{" + labels + "}" if labels else "")
            assert key not in values, key
            values[key] = float(s.value)
    json.dump({"types": types, "values": values}, sys.stdout)
    """
}
