/// The build of the daemon, the control tool and the hub, which share one version.
package enum Build {
  /// The version of this build.
  package static let version = "0.1.0"
}
