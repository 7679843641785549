import Foundation

/// Prints figures as they arrive, and remembers whether one missed its target.
final class Report {
  /// The bound for a figure.
  enum Target {
    case atLeast(Double)
    case atMost(Double)

    func isMet(_ value: Double) -> Bool {
      switch self {
      case .atLeast(let bound): value >= bound
      case .atMost(let bound): value <= bound
      }
    }

    var text: String {
      switch self {
      case .atLeast(let bound): ">= \(Report.number(bound))"
      case .atMost(let bound): "<= \(Report.number(bound))"
      }
    }
  }

  private let json: Bool
  private var part = ""
  private var missed: [String] = []

  init(json: Bool) { self.json = json }

  /// Begins a part of the table.
  func begin(_ name: String) {
    part = name
    write("\n\(name)")
  }

  /// Prints an explanation.
  func note(_ text: String) { write("  \(text)") }

  /// Prints one figure, with its target if it has one.
  func figure(_ name: String, _ value: Double, _ unit: String, _ target: Target? = nil) {
    let met = target?.isMet(value) ?? true
    if !met { missed.append("\(part): \(name)") }
    let verdict = target.map { "\($0.text) \(met ? "ok" : "MISSED")" } ?? ""
    write(
      "  \(Self.pad(name, 44))\(Self.pad(Self.number(value), 12, right: true)) \(Self.pad(unit, 12))\(verdict)"
    )
    guard json else { return }
    let bound = target.map { ",\"target\":\"\($0.text)\",\"met\":\(met)" } ?? ""
    write("{\"part\":\"\(part)\",\"figure\":\"\(name)\",\"value\":\(value),\"unit\":\"\(unit)\"\(bound)}")
  }

  /// Ends the report; returns whether all targets were met.
  func end() -> Bool {
    write(missed.isEmpty ? "\nall targets met" : "\nMISSED: " + missed.joined(separator: "; "))
    return missed.isEmpty
  }

  // Unbuffered, also into a pipe.
  private func write(_ line: String) {
    print(line)
    fflush(nil)
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9
      ? String(Int(value)) : String(format: abs(value) < 10 ? "%.3f" : "%.1f", value)
  }

  private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}

/// A set of measured times or sizes.
struct Sample {
  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  /// The value that the given share (0 to 1) of the sample does not exceed; 0 for an empty sample.
  func quantile(_ share: Double) -> Double {
    guard let last = sorted.last else { return 0 }
    let index = Int((Double(sorted.count) * share).rounded(.up)) - 1
    return sorted.indices.contains(index) ? sorted[max(0, index)] : last
  }

  var median: Double { quantile(0.5) }
  var max: Double { sorted.last ?? 0 }
  var count: Int { sorted.count }
  private func max(_ one: Int, _ two: Int) -> Int { one > two ? one : two }
}
