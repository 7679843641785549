import EventLoop
import Glibc

/// Notices whatever becomes of the library's files, by the kernel's events where it tells of everything, and by polling
/// where it does not: on a network file system, past inotify's limits, and while the file or its folder is not there.
/// At rest, with a library on a local disk, nothing runs.
///
/// Sound as `@unchecked Sendable`: made and used on the loop alone.
package final class LibraryMonitor: @unchecked Sendable {
  /// What has become of the library.
  package enum News: Hashable, Sendable {
    /// Its files moved: somebody may have written.
    case stirred
    /// Its name stands for another file now, or for none.
    case replaced
    /// Nothing is known; it is time to look whether somebody has written.
    case due
  }

  /// How it is noticed that somebody has written.
  package enum Method: Hashable, Sendable {
    /// The kernel tells.
    case events
    /// It is looked at every now and then, for this reason.
    case polling(reason: WatchLimitation)
  }

  private let loop: LoopExecutor
  private let path: String
  private let interval: Duration
  private let networkName: (String) -> String?
  private let handler: (News) -> Void
  /// Called when the method has changed.
  package var methodChanged: ((Method) -> Void)?
  /// How it is noticed now that somebody has written.
  package private(set) var method: Method = .events
  private var watcher: LibraryWatcher?
  private var watcherError: SystemError?
  private var timer: LoopTimer?
  /// The file and the folder as they were last seen.
  private var file: FileIdentity?
  private var folder: FileIdentity?
  /// The way to it, as it was when the watcher was made.
  private var way: PathWalk?

  /// Begins to watch the library at `path`, which need not exist. `handler` is called on the loop.
  ///
  /// - Parameters:
  ///   - interval: how often the library is looked at where it has to be polled.
  ///   - networkName: names the network file system of a folder; `nil` for a local one.
  package init(
    loop: LoopExecutor, path: String, interval: Duration,
    networkName: @escaping (String) -> String? = FileSystemKind.networkName,
    handler: @escaping (News) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.path = path
    self.interval = interval
    self.networkName = networkName
    self.handler = handler
    file = FileIdentity(path: path)
    timer = try LoopTimer(loop: loop) { [weak self] in self?.poll() }
    watch()
    chooseMethod()
  }

  /// Stops for good.
  package func cancel() {
    watcher?.cancel()
    watcher = nil
    timer = nil
  }

  private func watch() {
    watcher?.cancel()
    watcher = nil
    watcherError = nil
    way = PathWalk(to: path)
    folder = FileIdentity(path: LibraryWatcher.place(of: path).directory)
    do throws(SystemError) {
      watcher = try LibraryWatcher(loop: loop, path: path) { [weak self] news in self?.handle(news) }
    } catch {
      watcherError = error
    }
  }

  /// Decides how the library is watched from now on.
  private func chooseMethod() {
    let before = method
    if let watcherError {
      method = .polling(reason: WatchLimitation(watcherError))
    } else if let name = networkName(LibraryWatcher.place(of: path).directory) {
      method = .polling(reason: .network(name))
    } else if file == nil {
      // What is mounted over a folder makes no event in it.
      method = .polling(reason: .missing)
    } else {
      method = .events
    }
    if method == .events { timer?.disarm() } else { timer?.arm(after: interval) }
    if method != before { methodChanged?(method) }
  }

  private func handle(_ news: LibraryWatcher.News) {
    if news.contains(.lost) { watch() }
    // It may have changed once more while it was walked.
    if way != PathWalk(to: path) { watch() }
    let mayBeAnother = !news.isDisjoint(with: [.replaced, .overflowed, .lost])
    notify(mayBeAnother ? readIdentity() : false, otherwise: .stirred)
    if mayBeAnother { chooseMethod() }
  }

  private func poll() {
    if watcher == nil || folder != FileIdentity(path: LibraryWatcher.place(of: path).directory) { watch() }
    notify(readIdentity(), otherwise: .due)
    chooseMethod()
  }

  private func notify(_ isAnother: Bool, otherwise news: News) { handler(isAnother ? .replaced : news) }

  /// Whether the name stands for another file than when it was last looked at.
  private func readIdentity() -> Bool {
    let present = FileIdentity(path: path)
    defer { file = present }
    return present != file
  }
}

/// Why the kernel's events are not enough.
package enum WatchLimitation: Hashable, Sendable, CustomStringConvertible {
  /// The file system's other users are on other machines.
  case network(String)
  /// `fs.inotify.max_user_watches` is reached.
  case watchLimit
  /// `fs.inotify.max_user_instances` is reached, or the process's own limit of open files.
  case instanceLimit
  /// There is no such file.
  case missing
  /// There is no such folder.
  case folderMissing
  /// This user may not look into the folder.
  case folderForbidden
  /// The folder cannot be watched for another reason.
  case other(SystemError)

  init(_ error: SystemError) {
    switch error.number {
    case ENOSPC: self = .watchLimit
    case EMFILE, ENFILE: self = .instanceLimit
    case ENOENT, ENOTDIR: self = .folderMissing
    case EACCES, EPERM: self = .folderForbidden
    default: self = .other(error)
    }
  }

  /// In words, to stand behind "the library is polled, because".
  package var description: String {
    switch self {
    case .network(let name):
      "it lies on a network file system (\(name)), which does not tell what other machines write"
    case .watchLimit: "the limit of inotify watches is reached (sysctl fs.inotify.max_user_watches)"
    case .instanceLimit: "the limit of inotify instances is reached (sysctl fs.inotify.max_user_instances)"
    case .missing: "there is no such file"
    case .folderMissing: "there is no such folder"
    case .folderForbidden: "this user may not look into its folder (\(SystemError("", number: EACCES).words))"
    case .other(let error): "its folder cannot be watched (\(error))"
    }
  }
}
