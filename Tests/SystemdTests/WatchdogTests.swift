import SampleApplication
import Testing

extension UnderSystemd {
  /// A daemon without progress is killed and restarted. strace(1) holds one system call of one thread of the
  /// running daemon: nothing in the daemon knows of it, and its other threads continue.
  @Suite struct Watchdogs {
    @Test func `a daemon with a stuck event loop is killed and restarted`() throws {
      let machine = try Machine()
      try machine.dropIn("[Service]\nWatchdogSec=3s\nRestartSec=100ms", name: "watchdog")
      try machine.startEverything()
      let first = try machine.property("MainPID")
      // The loop accepts a client: that call takes ten minutes.
      try machine.hold("accept4", in: first)
      let asked = try machine.system.run("timeout 1 mediasyncctl status")
      #expect(asked.code == 124, "\(asked)")
      #expect(try machine.isRestarted(for: "Watchdog timeout"))
      #expect(try machine.property("MainPID") != first)
    }

    @Test func `a daemon whose library does not answer is ended, though its loop runs`() throws {
      let machine = try Machine()
      try machine.dropIn("[Service]\nWatchdogSec=3s\nRestartSec=100ms", name: "watchdog")
      try machine.startEverything()
      let first = try machine.property("MainPID")
      // The application types, the daemon pushes, and stores the answer: that write takes ten minutes.
      try machine.hold("pwrite64", in: first)
      let app = try SampleLibrary(machine.library, client: "app", seed: 1)
      try app.addMedia(NewMedia(url: "u", title: "t", content: "c"))
      // The loop answers all the time.
      #expect(try machine.system.await("mediasyncctl status --json | grep -q '\"state\":\"syncing\"'"))
      #expect(try machine.property("NRestarts") == "0")
      #expect(try machine.isRestarted(for: "The library has not answered for"))
      #expect(try machine.system.succeed("mediasyncctl status --json").contains("\"pending_local\":0"))
    }

    @Test func `a daemon that makes progress is left alone, busy or at rest`() throws {
      let machine = try Machine()
      try machine.dropIn("[Service]\nWatchdogSec=3s", name: "watchdog")
      try machine.startEverything()
      let app = try SampleLibrary(machine.library, client: "app", seed: 1)
      for number in 0..<40 {
        try app.addMedia(NewMedia(url: "u\(number)", title: "t", content: "c\(number)"))
        if number % 10 == 0 { try machine.system.succeed("mediasyncctl verify") }
      }
      try machine.system.succeed("mediasyncctl wait --timeout 30s; sleep 7")
      #expect(try machine.property("NRestarts") == "0")
      #expect(try machine.property("WatchdogUSec") == "3s")
    }
  }
}

extension Machine {
  /// Delays calls of one kind in a running process, by `span` each, without stopping its other threads.
  func hold(_ call: String, for span: String = "600s", in process: String) throws {
    try system.succeed(
      """
      strace -f -qq -o /dev/null -p \(process) -e trace=\(call) -e inject=\(call):delay_enter=\(span) >/dev/null 2>&1 &
      echo $! >/run/strace.pid
      for i in {1..100}; do
        grep -q 'TracerPid:.*[1-9]' /proc/\(process)/status && exit 0; sleep 0.05
      done
      exit 1
      """)
  }

  /// Whether systemd ends the daemon for a reason and restarts it, and it comes into step. A process that
  /// strace holds cannot die before strace releases it.
  func isRestarted(for reason: String) throws -> Bool {
    let log = "journalctl --sync; journalctl -o cat -u mediasyncd _PID=1"
    return try system.await("(\(log)) | grep -q '\(reason)'")
      && system.await("kill -KILL $(cat /run/strace.pid)")
      && system.await("test $(systemctl show -P NRestarts mediasyncd) -ge 1")
      && system.await("(\(log)) | grep -q \"Failed with result 'watchdog'\"")
      && system.await("mediasyncctl wait --timeout 10s")
  }
}
