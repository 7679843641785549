/// Writes metrics as text in OpenMetrics 1.0. It uses gauges, counters and histograms only, so that readers
/// of the older Prometheus text format (node_exporter's textfile collector) accept the same bytes.
package struct MetricsText: Sendable {
  /// The type of a family.
  package enum Kind: String, Sendable {
    /// Goes up and down.
    case gauge
    /// Only goes up; starts at 0 with the daemon. Its samples have `_total` after the name.
    case counter
    /// Counts values by upper bounds.
    case histogram
  }

  /// A label of a sample.
  package typealias Label = (name: String, value: String)

  private let common: [Label]
  private var body = ""
  private var name = ""

  /// Starts a text. Every sample has the labels in `common`.
  package init(common: [Label] = []) { self.common = common }

  /// The complete text with its end mark.
  package var text: String { body + "# EOF\n" }

  /// Starts a family. If it has a `unit`, its name must end in it.
  package mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
    self.name = name
    body += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    guard let unit else { return }
    precondition(name.hasSuffix("_" + unit), "a name ends in its unit")
    body += "# UNIT \(name) \(unit)\n"
  }

  /// Writes a sample of a gauge.
  package mutating func gauge(_ value: some MetricValue, _ labels: [Label] = []) {
    line("", labels, value)
  }

  /// Writes a sample of a counter.
  package mutating func counter(_ value: some MetricValue, _ labels: [Label] = []) {
    line("_total", labels, value)
  }

  /// Writes the samples of a histogram.
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

  private mutating func line(_ suffix: String, _ labels: [Label], _ value: some MetricValue) {
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

/// A sample's value: a number whose description is valid in both formats.
package protocol MetricValue: CustomStringConvertible {}
extension Int: MetricValue {}
extension Int64: MetricValue {}
extension Double: MetricValue {}
