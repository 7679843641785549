import Glibc

/// Runs another program and collects its output.
struct ChildProgram {
  /// The result of a program that ended.
  struct End {
    let code: Int32
    let output: String
  }

  /// The arguments. The first is the program's path, or a name to find in PATH.
  let arguments: [String]
  /// Variables to add to, or override in, this process's environment.
  var environment: [String: String] = [:]

  /// Returns the exit code and standard output, at most 4 MiB. Discards standard error. Returns `nil` if the
  /// program could not be started, took too long or was killed.
  func run(within seconds: Int32 = 60) -> End? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let child = start(writingTo: ends[1])
    close(ends[1])
    guard let child else { return nil }
    let output = read(ends[0], until: MonotonicSeconds.now + Int(seconds))
    if output == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard let output, status & 0x7F == 0 else { return nil }
    return End(code: status >> 8 & 0xFF, output: output)
  }

  private func start(writingTo descriptor: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var texts = arguments.map { strdup($0) } + [nil]
    var variables = variables.map { strdup($0) } + [nil]
    defer { for text in texts + variables { free(text) } }
    var child = pid_t()
    guard let program = arguments.first, posix_spawnp(&child, program, &actions, nil, &texts, &variables) == 0
    else { return nil }
    return child
  }

  /// This process's environment with `environment` added.
  private var variables: [String] {
    var result: [String] = []
    var place = environ
    while let entry = place.pointee {
      let text = String(cString: entry)
      if environment[String(text.prefix { $0 != "=" })] == nil { result.append(text) }
      place += 1
    }
    return result + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Reads to the end; returns `nil` if the time runs out first.
  private func read(_ descriptor: Int32, until end: Int) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < 4 << 20 {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = end - MonotonicSeconds.now
      guard left > 0 else { return nil }
      let ready = poll(&waiting, 1, Int32(clamping: left * 1000))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return nil }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A clock that does not jump when someone sets the time.
private enum MonotonicSeconds {
  static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec
  }
}
