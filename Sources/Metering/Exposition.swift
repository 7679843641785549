/// Metrics as text: OpenMetrics 1.0, of which only gauges, counters and histograms are used, so that readers of the
/// older Prometheus text format (node_exporter's textfile collector) take the same bytes.
package struct Exposition: Sendable {
  /// What a family's samples are.
  package enum Kind: String, Sendable {
    /// Goes up and down.
    case gauge
    /// Only goes up; begins at 0 when the daemon starts. Its samples bear `_total` behind the name.
    case counter
    /// Counts within bounds.
    case histogram
  }

  /// A label of a sample.
  package typealias Label = (name: String, value: String)

  private let common: [Label]
  private var body = ""
  private var name = ""

  /// Begins a text; every sample of it bears the labels in `common`.
  package init(common: [Label] = []) { self.common = common }

  /// The whole text, its end mark included.
  package var text: String { body + "# EOF\n" }

  /// Begins a family. `unit`, where there is one, is what the name ends in.
  package mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
    self.name = name
    body += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    guard let unit else { return }
    precondition(name.hasSuffix("_" + unit), "a name ends in its unit")
    body += "# UNIT \(name) \(unit)\n"
  }

  /// A sample of a gauge.
  package mutating func gauge(_ value: some Quantity, _ labels: [Label] = []) {
    line("", labels, value)
  }

  /// A sample of a counter.
  package mutating func counter(_ value: some Quantity, _ labels: [Label] = []) {
    line("_total", labels, value)
  }

  /// The samples of a histogram.
  package mutating func histogram(_ histogram: Histogram, _ labels: [Label] = []) {
    var count = 0
    for (bound, counted) in zip(histogram.bounds, histogram.counts) {
      count += counted
      line("_bucket", labels + [("le", bound.description)], count)
    }
    line("_bucket", labels + [("le", "+Inf")], histogram.count)
    line("_count", labels, histogram.count)
    line("_sum", labels, histogram.sum)
  }

  private mutating func line(_ suffix: String, _ labels: [Label], _ value: some Quantity) {
    body += name + suffix
    let labels = common + labels
    if !labels.isEmpty {
      body += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    body += " \(value)\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// What a sample's value can be: a number whose text is one in both formats.
package protocol Quantity: CustomStringConvertible {}
extension Int: Quantity {}
extension Int64: Quantity {}
extension Double: Quantity {}
