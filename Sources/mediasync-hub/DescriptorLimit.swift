import Glibc

/// How many descriptors the process may have open.
enum DescriptorLimit {
  /// What a shell gives, where the limit cannot be asked for.
  private static let usual = 1024
  /// No more than this is of use, and a limit may be beyond every count.
  private static let most = 1 << 20

  /// Raises the limit to what the system allows without asking; gives what it is then.
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
