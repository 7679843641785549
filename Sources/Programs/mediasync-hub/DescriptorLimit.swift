import Glibc

/// The limit of open file descriptors of the process.
enum DescriptorLimit {
  /// The usual limit in a shell, used if the limit cannot be read.
  private static let usual = 1024
  /// More than this is useless, and a limit may be larger than any count.
  private static let most = 1 << 20

  /// Raises the soft limit to the hard limit, up to `most`. Returns the limit that then applies.
  static func raised() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return usual }
    let wanted = min(limit.rlim_max, rlim_t(most))
    if limit.rlim_cur < wanted {
      var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: min(limit.rlim_cur, rlim_t(most)))
  }
}
