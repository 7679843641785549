import SampleApplication
import Testing

extension UnderSystemd {
  /// systemd's verdict on the unit files.
  @Suite struct UnitFiles {
    @Test func `systemd finds no error in any unit, and rates each as hardened as documented`() throws {
      let machine = try Machine()
      let folder = "/usr/local/lib/systemd"
      let verified = try machine.system.run(
        "cd \(folder)/system && systemd-analyze verify --man=no mediasync* mediasyncd@alice.service")
      #expect(verified.code == 0 && verified.output == "", "\(verified)")
      let user = try machine.system.run(
        "XDG_RUNTIME_DIR=/run systemd-analyze verify --man=no --user \(folder)/user/mediasyncd.service")
      #expect(user.code == 0 && user.output == "", "\(user)")
      // In tenths.
      let limits = [
        "system/mediasyncd.service": 13, "system/mediasyncd@.service": 13,
        "system/mediasync-hub.service": 13, "user/mediasyncd.service": 17,
      ]
      for (unit, limit) in limits.sorted(by: { $0.key < $1.key }) {
        let end = try machine.system.run(
          "systemd-analyze security --offline=true --no-pager --threshold=\(limit) \(folder)/\(unit)")
        #expect(end.code == 0, "\(unit): \(end.output.suffix(300))")
      }
      // A stricter threshold fails: so the limit above measures something.
      let end = try machine.system.run(
        "systemd-analyze security --offline=true --threshold=1 \(folder)/system/mediasyncd.service")
      #expect(end.code != 0)
    }
  }
}
