import CSystemd

/// This machine, as this program may know it.
package enum MachineIdentity {
  // Ours, drawn once: mixed with the machine id, which itself is not to be shown to others (machine-id(5)).
  private static let application: [UInt8] = [
    0x6d, 0x3e, 0x91, 0x0c, 0x5b, 0x27, 0x4f, 0xa8, 0x9e, 0x13, 0xc4, 0x70, 0x2d, 0x8a, 0xb6, 0x5f,
  ]

  /// 32 hexadecimal digits that stay the same on this machine and tell nothing of its machine id; `nil` where
  /// the machine has none, as in some containers.
  package static func applicationSpecific() -> String? {
    var ours = sd_id128_t()
    withUnsafeMutableBytes(of: &ours) { $0.copyBytes(from: application) }
    var result = sd_id128_t()
    guard sd_id128_get_machine_app_specific(ours, &result) >= 0 else { return nil }
    let hexadecimal = Array("0123456789abcdef")
    return withUnsafeBytes(of: &result) { bytes in
      String(bytes.flatMap { [hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] })
    }
  }
}
