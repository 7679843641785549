import Glibc

/// The clock that systemd measures a reload on.
enum MonotonicClock {
  static var microseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
  }
}
