import Synchronization

/// The libraries whose files are open. The hub closes a library that nobody has used for a while: an open
/// file costs descriptors and a cache, and a hub may have more libraries than its process may have
/// descriptors.
final class OpenLibraries: Sendable {
  /// Descriptors that an open library may need: five connections with two files each, and the files that they
  /// share.
  static let descriptors = 12

  private struct Opened {
    /// `nil` after the hub has dropped the library; a request in progress may still hold it then.
    var kept: HubLibrary?
    /// Keeps track of a dropped library that is still in use: two connection pools for one file would not
    /// know of each other's work.
    weak var alive: HubLibrary?
    var used: ContinuousClock.Instant
  }

  private struct State {
    var libraries: [String: Opened] = [:]
    /// Acknowledgements must survive the closing of the file.
    var acknowledged: [String: (file: FileIdentity, changes: AcknowledgedChanges)] = [:]
  }

  private let most: Int
  private let state = Mutex(State())

  /// Takes the number of unused libraries that may stay open.
  init(most: Int) { self.most = most }

  /// The library of this name if its file is still the one that was opened; otherwise `open` creates it.
  ///
  /// The lock is held while a file is opened. That is rare, and no two callers may do it at once.
  func library(
    _ name: String, at path: String, now: ContinuousClock.Instant,
    open: (AcknowledgedChanges) throws(HubStoreError) -> HubLibrary
  ) throws(HubStoreError) -> HubLibrary {
    // A dropped library closes when its last holder releases it, which may write. Do that outside the lock.
    var released: [HubLibrary] = []
    defer { released.removeAll() }
    let outcome = state.withLock { state -> Result<HubLibrary, HubStoreError> in
      let file = FileIdentity(path: path)
      if let opened = state.libraries[name], let library = opened.kept ?? opened.alive {
        if library.file == file {
          state.libraries[name] = Opened(kept: library, alive: library, used: now)
          return .success(library)
        }
        released.append(library)
      }
      // The name is in use: it stands for the file that was opened, not for a new library.
      if file == nil, state.acknowledged[name] != nil { return .failure(.moved(path: path)) }
      let known = file.flatMap { file in
        state.acknowledged[name].flatMap { $0.file == file ? $0.changes : nil }
      }
      released += Self.drop(from: &state, beyond: most - 1)
      do throws(HubStoreError) {
        let library = try open(known ?? AcknowledgedChanges())
        state.libraries[name] = Opened(kept: library, alive: library, used: now)
        state.acknowledged[name] = (library.file, library.acknowledged)
        return .success(library)
      } catch {
        state.libraries[name] = nil
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// Closes the libraries that were last used at `time` or before. Returns how many stay open.
  func close(unusedSince time: ContinuousClock.Instant) -> Int {
    var released: [HubLibrary] = []
    defer { released.removeAll() }
    return state.withLock { state in
      for (name, opened) in state.libraries where opened.used <= time {
        if let library = opened.kept { released.append(library) }
        state.libraries[name]?.kept = nil
      }
      return state.libraries.values.count { $0.kept != nil }
    }
  }

  /// How many libraries are kept open.
  var count: Int { state.withLock { $0.libraries.values.count { $0.kept != nil } } }

  /// Drops the least recently used libraries until at most `most` are kept. Returns the dropped ones.
  private static func drop(from state: inout State, beyond most: Int) -> [HubLibrary] {
    for (name, opened) in state.libraries where opened.kept == nil && opened.alive == nil {
      state.libraries[name] = nil
    }
    let kept = state.libraries.filter { $0.value.kept != nil }
    guard kept.count > most else { return [] }
    let oldest = kept.sorted { $0.value.used < $1.value.used }.prefix(kept.count - max(0, most))
    return oldest.compactMap { name, opened in
      state.libraries[name]?.kept = nil
      return opened.kept
    }
  }
}
