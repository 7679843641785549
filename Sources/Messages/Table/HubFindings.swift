extension Message {
  /// What the doctor finds about the hub.
  static let hubFindings: [Message] = [
    finding(
      "hub-unreachable", .error, "the hub cannot be reached",
      "There was no answer from the server at hub.url.",
      todo:
        "Look at hub.url and the network, then at the hub itself: systemctl status mediasync-hub on its machine."
    ),
    finding(
      "hub-untrusted", .error, "the connection to the hub cannot be secured",
      "Its certificate is not trusted, ours is not accepted, or a file that is named cannot be read.",
      todo:
        "For a certificate of your own name its authority in hub.ca_file; look at the dates and at the name in hub.url."
    ),
    finding(
      "hub-plain", .notice, "the way to the hub is not encrypted",
      "Whoever listens on the way reads the library and the token.",
      todo:
        "Put a proxy with TLS in front of the hub and say https:// in hub.url, unless the network itself is secure (a VPN)."
    ),
    finding(
      "hub-refuses", .error, "the hub refuses the credential",
      "The token is missing, unknown, revoked, or belongs to another device.",
      todo:
        "mediasync-hub token create for this device, or mediasync-hub token rebind where the machine was set up anew."
    ),
    finding(
      "hub-fails", .error, "the hub does not answer as it should",
      "Something answers at hub.url, but with an error or with something else than a hub does.",
      todo:
        "Look at hub.url (its path too), at what stands between, and at the hub's own log: journalctl -x -u mediasync-hub."
    ),
    finding(
      "hub-old", .notice, "the server speaks the old protocol",
      "It has no capabilities of this protocol. It may be an older server, which works, with fewer promises; one that has "
        + "retired the old protocol, and then status says so; or the path in hub.url is not the hub's.",
      todo: "For a hub of this project hub.url ends in /sync."),
    finding(
      "hub-lacks", .notice, "the hub lacks something that this daemon can use",
      "Everything else works; what it lacks is not done or takes a longer way.", todo: "Upgrade the hub."),
    finding(
      "hub-other", .error, "this is not the hub that the library is in step with",
      "Two logs are never mixed, so nothing is synced.",
      todo:
        "Look at hub.url, and whether the hub's data directory was replaced by a new one instead of its backup. To "
        + "join it all the same: mediasyncctl resync --join."),
    finding(
      "clock-off", .error, "this machine and the hub do not agree what time it is",
      "The hub corrects the times of edits by it, but certificates and the application's own times suffer.",
      todo: "timedatectl set-ntp true, on whichever is wrong."),
  ]
}
