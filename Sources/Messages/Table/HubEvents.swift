extension Message {
  /// What the hub says.
  static let hubEvents: [Message] = [
    Message(
      .event, "hub-library-unusable", id: "225d47cea1ec423d8a8e95876173967f", .error,
      "a library's file at the hub cannot be used",
      "The hub could not open or make the file of a library. Devices of that library are answered with an error and try "
        + "again; others are served.",
      todo:
        "The line says why. Look at the disk and at the owner of the files under --data (mediasync-hub); restore the "
        + "file from a backup where it is damaged. Devices notice a restored hub and bring back what it lacks."
    ),
    Message(
      .event, "hub-changes-rejected", id: "21469e68d34a4e9f8fbcb9fed09ce30e", .warning,
      "changes of a layer-1 client were rejected",
      "A client that speaks the old protocol sent changes that the hub can never apply. Such a client is told nothing of "
        + "it, so the line names the client, how many there were, and the first of them with its code and its reason. All "
        + "its other changes were taken.",
      todo:
        "mediasyncctl explain tells what the code means. Mend the row on the machine of that client, or run mediasyncd "
        + "there instead: it keeps what is rejected in quarantine, with the reason."),
    Message(
      .event, "hub-request-failed", id: "c2ab01f53c9a42d097be86201efcbfea", .error,
      "a request could not be answered",
      "The hub's files failed while a device's request was carried out. Nothing of that request was taken; the device tries "
        + "again.",
      todo:
        "The line says why: a full disk, a damaged file. Once that is mended everything goes on by itself."),
    Message(
      .event, "hub-tokens-unusable", id: "d150ab568b1d4267955c67ec68b55ab2", .error,
      "the file of the tokens cannot be used",
      "The hub could not look up a token, so that it let nobody in.",
      todo:
        "The line says why. Look at the disk and at the owner of the files under --data: run mediasync-hub token as the "
        + "user mediasync-hub, files that root makes there the hub cannot write."),
    Message(
      .event, "hub-upkeep-failed", id: "69d9580921c947af9893aefa6c82b861", .error,
      "old history could not be dropped",
      "The daily round that drops what is older than --retention failed for a library. Nothing is lost; the next day's "
        + "round does what this one could not.",
      todo:
        "The line says why. Where it comes again, look at the disk and at the library's file under --data."),
  ]
}
