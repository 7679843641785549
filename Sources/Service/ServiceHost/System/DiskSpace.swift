import Glibc

/// Room on the disk that holds a file.
package enum DiskSpace {
  /// Bytes that an ordinary user may still write there; `nil` where it cannot be told.
  package static func free(at path: String) -> Int64? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    return Int64(
      clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
  }
}
