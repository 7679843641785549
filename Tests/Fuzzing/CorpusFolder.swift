import Foundation

/// The kept inputs: `Corpus/<target>/<name>`, honest ones and those that once broke something.
package enum CorpusFolder {
  /// The path of the corpus.
  package static var path: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus").path
  }

  /// The inputs of a target, by name.
  package static func inputs(of target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = path + "/" + target
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
    }
  }
}
