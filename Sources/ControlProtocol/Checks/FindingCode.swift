/// What `mediasyncctl doctor` can find. Stable names for scripts; each has its words in the table of messages.
package enum FindingCode: String, Codable, Hashable, Sendable, CaseIterable {
  // Of the unit and the daemon.
  case noSystemd = "no-systemd"
  case unitMissing = "unit-missing"
  case unitDisabled = "unit-disabled"
  case unitInactive = "unit-inactive"
  case unitFailed = "unit-failed"
  case unitRestarting = "unit-restarting"
  case unitHidesLibrary = "unit-hides-library"
  case daemonSilent = "daemon-silent"
  case socketForbidden = "socket-forbidden"
  case daemonOutdated = "daemon-outdated"
  case daemonWaiting = "daemon-waiting"
  case daemonBlocked = "daemon-blocked"
  case daemonPaused = "daemon-paused"
  case checkFailed = "check-failed"
  // Of the configuration.
  case configurationInvalid = "configuration-invalid"
  case configurationNewer = "configuration-newer"
  case configurationOpen = "configuration-open"
  case credentialUnusable = "credential-unusable"
  case credentialMissing = "credential-missing"
  // Of the library.
  case libraryUnusable = "library-unusable"
  case libraryBusy = "library-busy"
  case libraryNeverSynced = "library-never-synced"
  case otherDaemon = "other-daemon"
  case fullTextAstray = "full-text-astray"
  case somethingAside = "something-aside"
  case networkFileSystem = "network-file-system"
  case unwatchable
  case diskLow = "disk-low"
  // Of the hub.
  case hubUnreachable = "hub-unreachable"
  case hubUntrusted = "hub-untrusted"
  case hubPlain = "hub-plain"
  case hubRefuses = "hub-refuses"
  case hubFails = "hub-fails"
  case hubOld = "hub-old"
  case hubLacks = "hub-lacks"
  case hubOther = "hub-other"
  case clockOff = "clock-off"
}
