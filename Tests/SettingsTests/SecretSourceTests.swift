import Foundation
import Settings
import Testing

struct SecretSourceTests {
  private let folder = URL.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString)").path

  private func write(_ name: String, _ text: String, mode: Int) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + name
    #expect(
      FileManager.default.createFile(
        atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
    return path
  }

  private func source(file: String? = nil, environment: [String: String] = [:]) throws -> SecretSource {
    let text = Sample.least + (file.map { "\ntoken_file = \"\($0)\"" } ?? "")
    return SecretSource(
      hub: try Sample.load(file: text, environment: environment).settings.hub, environment: environment)
  }

  private func clean() { try? FileManager.default.removeItem(atPath: folder) }

  @Test func `the file takes precedence over the credential, and that over the environment`() throws {
    defer { clean() }
    let credential = try write("token", "from-credential\n", mode: 0o440)
    let file = try write("mine", "  from-file \n", mode: 0o600)
    let environment = ["CREDENTIALS_DIRECTORY": folder, "MEDIASYNC_HUB_TOKEN": "from-environment"]
    #expect(try source(file: file, environment: environment).read(.token)?.text == "from-file")
    #expect(try source(environment: environment).read(.token)?.text == "from-credential")
    try FileManager.default.removeItem(atPath: credential)
    #expect(try source(environment: environment).read(.token)?.text == "from-environment")
    #expect(try source().read(.token) == nil)
    #expect(try source(environment: environment).read(.apiKey) == nil)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o644, 0o601])
  func `a file that others can read is refused with the remedy`(mode: Int) throws {
    defer { clean() }
    let path = try write("mine", "s3cr3t", mode: mode)
    let source = try source(file: path)
    let error = #expect(throws: SecretError.self) { try source.read(.token) }
    #expect(error?.description.contains("chmod 600 \(path)") == true)
    #expect(error?.description.contains("s3cr3t") == false)
  }

  @Test(arguments: [("", true), (" \n", true), ("two words", false), ("two\nlines", false), ("zwölf", false)])
  func `a file without a secret is refused`(text: String, isEmpty: Bool) throws {
    defer { clean() }
    let path = try write("mine", text, mode: 0o600)
    let source = try source(file: path)
    #expect(throws: isEmpty ? SecretError.empty(path: path) : .malformed(path: path)) {
      try source.read(.token)
    }
  }

  @Test func `a missing file, or something that is not a file, is refused`() throws {
    defer { clean() }
    let path = try write("mine", "x", mode: 0o600)
    let missing = try source(file: path + "x")
    #expect(throws: SecretError.missing(path: path + "x")) { try missing.read(.token) }
    let directory = try source(file: folder)
    #expect(throws: SecretError.unreadable(path: folder, reason: "is not a regular file")) {
      try directory.read(.token)
    }
  }

  @Test func `printing a secret never shows its value`() throws {
    let secret = try #require(Secret("s3cr3t"))
    var dumped = ""
    dump(secret, to: &dumped)
    let settings = try Sample.load(file: Sample.least, environment: ["MEDIASYNC_HUB_TOKEN": "s3cr3t"])
    for text in [
      "\(secret)", String(reflecting: secret), dumped, "\(settings)", String(reflecting: settings),
    ] {
      #expect(!text.contains("s3cr3t"))
    }
  }
}
