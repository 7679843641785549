extension Message {
  /// The doctor's findings about the hub.
  static let hubFindings: [Message] = [
    finding(
      "hub-unreachable", .error, "cannot reach the hub",
      "The server at hub.url did not answer.",
      todo:
        "Check hub.url and the network, then the hub itself: systemctl status mediasync-hub on its machine."),
    finding(
      "hub-untrusted", .error, "cannot make a secure connection to the hub",
      "Its certificate is not trusted, it does not accept ours, or a configured certificate file cannot be read.",
      todo:
        "If the hub has a private certificate, name its authority in hub.ca_file. Check the certificate's dates "
        + "and the host name in hub.url."),
    finding(
      "hub-plain", .notice, "the connection to the hub is not encrypted",
      "Anyone on the network path can read the library and the token.",
      todo:
        "Put a TLS proxy in front of the hub and use https:// in hub.url, unless the network itself is secure "
        + "(a VPN)."),
    finding(
      "hub-refuses", .error, "the hub refuses the credential",
      "The token is missing, unknown, revoked, or belongs to another device.",
      todo:
        "On the hub, run mediasync-hub token create for this device, or mediasync-hub token rebind if the machine "
        + "was reinstalled."),
    finding(
      "hub-fails", .error, "the hub does not answer as it should",
      "The server at hub.url answers with an error, or not the way a hub does.",
      todo:
        "Check hub.url, including its path, and any proxy on the way. Read the hub's log: journalctl -x -u "
        + "mediasync-hub."),
    finding(
      "hub-old", .notice, "the server speaks the old protocol",
      "The server does not announce this protocol. There are three possible reasons: it is an older server, which "
        + "works with fewer guarantees; it has also retired the old protocol, and mediasyncctl status then says so; "
        + "or the path in hub.url is wrong.",
      todo: "For a mediasync hub, hub.url must end in /sync."),
    finding(
      "hub-lacks", .notice, "the hub lacks a feature that this daemon can use",
      "Everything else works. The daemon does without the feature or takes a slower way.",
      todo: "Upgrade the hub."
    ),
    finding(
      "hub-other", .error, "the library follows another hub's log",
      "The daemon never mixes two logs, so it does not sync.",
      todo:
        "Check hub.url. Also check whether someone gave the hub a new data directory instead of restoring its "
        + "backup. To join this hub anyway, run mediasyncctl resync --join."),
    finding(
      "clock-off", .error, "the clocks of this machine and the hub differ",
      "The hub corrects the times of edits, but certificates and the application's own times are affected.",
      todo: "Run timedatectl set-ntp true on the machine with the wrong clock."),
  ]
}
