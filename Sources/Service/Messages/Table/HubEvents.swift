extension Message {
  /// Events of the hub.
  static let hubEvents: [Message] = [
    Message(
      .event, "hub-library-unusable", id: "225d47cea1ec423d8a8e95876173967f", .error,
      "cannot use a library's file on the hub",
      "The hub could not open or create the file of a library. It answers devices of that library with an error, "
        + "and they try again. It still serves other libraries.",
      todo:
        "The line says why. Check the disk, and that mediasync-hub owns the files under --data. If the file is "
        + "damaged, restore it from a backup: devices detect a restored hub and send back what it lacks."),
    Message(
      .event, "hub-changes-rejected", id: "21469e68d34a4e9f8fbcb9fed09ce30e", .warning,
      "rejected changes of a layer-1 client",
      "A client of the old protocol sent changes that the hub can never apply. That protocol cannot report this to "
        + "the client, so this line gives the client, the number of changes, and the first one with its code and "
        + "reason. The hub accepted the client's other changes.",
      todo:
        "mediasyncctl explain CODE explains the code. Fix the row on the client's machine, or run mediasyncd "
        + "there instead: it quarantines rejected changes with the reason."),
    Message(
      .event, "hub-request-failed", id: "c2ab01f53c9a42d097be86201efcbfea", .error,
      "cannot answer a request",
      "The hub could not read or write its files during a device's request. It stored nothing of that request; the "
        + "device tries again.",
      todo:
        "The line says why, such as a full disk or a damaged file. Fix that; devices then continue on their own."
    ),
    Message(
      .event, "hub-tokens-unusable", id: "d150ab568b1d4267955c67ec68b55ab2", .error,
      "cannot use the token file",
      "The hub could not look up a token and refused the request.",
      todo:
        "The line says why. Check the disk and the owner of the files under --data. Run mediasync-hub token as "
        + "the user mediasync-hub: the hub cannot write files that root creates there."),
    Message(
      .event, "hub-upkeep-failed", id: "69d9580921c947af9893aefa6c82b861", .error,
      "cannot delete old history",
      "The daily run that deletes history older than --retention failed for a library. Nothing is lost; the run of "
        + "the next day makes up for it.",
      todo: "The line says why. If it happens again, check the disk and the library's file under --data."),
  ]
}
