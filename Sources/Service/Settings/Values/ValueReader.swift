/// Why a value was refused: what is wrong and what to write instead.
struct ValueRefusal: Error {
  let message: String
}

/// Reads a written value as its setting's kind.
struct ValueReader {
  /// The start of relative paths.
  let folder: String
  /// The folder that `~/` stands for.
  let home: String?

  /// Returns the checked value. Makes paths absolute.
  ///
  /// - Throws: `ValueRefusal` if the type is wrong or the value is out of bounds.
  func read(_ value: WrittenValue, as setting: Setting) throws(ValueRefusal) -> SettingValue {
    let accepted = setting.kind.accepted
    switch (setting.kind, value) {
    case (.count(let bounds), .integer(let number)):
      guard bounds.contains(number) else { throw ValueRefusal(message: "is \(number); expected \(accepted)") }
      return .count(number)
    case (.size(let bounds), .integer(let bytes)):
      guard bounds.contains(bytes) else { throw ValueRefusal(message: "is \(bytes); expected \(accepted)") }
      return .size(bytes)
    case (.share, .integer(let number)): return try share(Double(number), String(number), accepted)
    case (.share, .real(let number)): return try share(number, String(number), accepted)
    case (_, .real): throw wrongType("of type floating-point number", accepted)
    case (.duration, .integer(let number)):
      throw ValueRefusal(
        message: "is the number \(number) without a unit; expected \(accepted), in quotes: \"\(number)s\"")
    case (_, .integer): throw wrongType("a whole number", accepted)
    case (_, .other(let typeName)): throw wrongType("of type \(typeName)", accepted)
    case (_, .text(let text)): return try read(text, as: setting)
    }
  }

  /// Reads the value of a flag or an environment variable, which is always text.
  func read(untyped text: String, as setting: Setting) throws(ValueRefusal) -> SettingValue {
    if case .count = setting.kind {
      guard let number = Int(text.trimmingSpaces) else {
        throw ValueRefusal(message: "is \"\(text)\"; expected \(setting.kind.accepted)")
      }
      return try read(.integer(number), as: setting)
    }
    if case .share = setting.kind {
      let refusal = ValueRefusal(message: "is \"\(text)\"; expected \(setting.kind.accepted)")
      guard let number = Double(text.trimmingSpaces) else { throw refusal }
      return try share(number, "\"\(text)\"", setting.kind.accepted)
    }
    return try read(text, as: setting)
  }

  private func share(_ number: Double, _ written: String, _ accepted: String) throws(ValueRefusal)
    -> SettingValue
  {
    guard (0...1).contains(number) else { throw ValueRefusal(message: "is \(written); expected \(accepted)") }
    return .share(number)
  }

  private func read(_ text: String, as setting: Setting) throws(ValueRefusal) -> SettingValue {
    let accepted = setting.kind.accepted
    let refusal = ValueRefusal(message: "is \(SettingValue.quoted(text)); expected \(accepted)")
    switch setting.kind {
    case .path: return .text(try PathText.absolute(text, folder: folder, home: home))
    case .socketPath:
      let path = try PathText.absolute(text, folder: folder, home: home)
      guard path.utf8.count <= SettingKind.socketPathBytes else { throw refusal }
      return .text(path)
    case .identifier:
      guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isIdentifier) else {
        throw refusal
      }
      return .text(text)
    case .url: return .text(try HubURL.normalized(text))
    case .wholeURL: return .text(try HubURL.whole(text))
    case .listenAddress:
      guard let address = ListenAddress(text) else { throw refusal }
      guard address.isLocal else {
        throw ValueRefusal(
          message: refusal.message
            + "; other machines could read it there without a password")
      }
      return .text(text)
    case .duration(let bounds):
      guard let duration = DurationText.parse(text) else {
        throw ValueRefusal(message: refusal.message + ", such as " + DurationText.examples)
      }
      guard bounds.contains(duration) else { throw refusal }
      return .duration(duration)
    case .count, .share: throw wrongType("text", accepted + ", without quotes")
    case .size(let bounds):
      guard let bytes = SizeText.parse(text) else {
        throw ValueRefusal(message: refusal.message + ", such as " + SizeText.examples)
      }
      guard bounds.contains(bytes) else { throw refusal }
      return .size(bytes)
    case .choice(let words):
      guard words.contains(text) else {
        let nearest = NearestName.of(text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
        throw ValueRefusal(message: refusal.message + nearest)
      }
      return .text(text)
    case .secret:
      guard let secret = Secret(text) else { throw ValueRefusal(message: "is not \(accepted)") }
      return .secret(secret)
    }
  }

  private func wrongType(_ found: String, _ accepted: String) -> ValueRefusal {
    ValueRefusal(message: "is \(found); expected \(accepted)")
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-")].contains(byte)
    }
  }
}
