import EventLoop
import SyncCore

/// The machine's clocks and random numbers, and one alarm. The alarm uses boot time, so time in suspend counts.
final class LoopClock: TimePort {
  private let timer: LoopTimer

  init(loop: LoopExecutor, alarm: @escaping @Sendable () -> Void) throws(SystemError) {
    timer = try LoopTimer(loop: loop, handler: alarm)
  }

  func now() -> Moment { Moment(wall: Instant(milliseconds: WallClock.now), boot: BootClock.now) }

  func random() -> Double { Double.random(in: 0..<1) }

  func randomIdentifier() -> String { RandomIdentifier.make() }

  func setAlarm(after span: Duration?) {
    if let span { timer.arm(after: span) } else { timer.disarm() }
  }
}

/// Creates random UUIDs (version 4) in lower case.
enum RandomIdentifier {
  static func make() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      let digits = String(byte, radix: 16)
      text += digits.utf8.count == 1 ? "0" + digits : digits
    }
    return text
  }
}
