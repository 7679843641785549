import Foundation
import SampleApplication
import Testing
import ThrowawaySystem

extension UnderSystemd {
  /// The daemon's entries in a real journal, and the catalogue's explanations.
  @Suite struct Journals {
    @Test func `journalctl finds every line by its fields and explains it from the installed catalogue`()
      throws
    {
      let machine = try Machine()
      try machine.startEverything()
      try machine.system.succeed("journalctl --update-catalog")
      // An entry that can never be pushed, and a hub that disappears and comes back.
      let app = try SQLiteConnection(machine.library)
      try app.run(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
        VALUES ('Podcasts', 'some-uuid', 'create', '2026-01-01T00:00:00.000Z', 'app', 1, '{}')
        """)
      #expect(
        try machine.system.await("journalctl --sync; journalctl -q MEDIASYNC_EVENT=quarantined | grep -q ."))
      try machine.system.succeed("systemctl stop mediasync-hub; mediasyncctl trigger")
      #expect(
        try machine.system.await("journalctl --sync; journalctl -q MEDIASYNC_CODE=unreachable | grep -q ."))
      try machine.system.succeed("mediasyncctl trigger; sleep 0.3; mediasyncctl trigger")
      try machine.system.succeed("systemctl start mediasync-hub")
      #expect(
        try machine.system.await("mediasyncctl trigger --wait && mediasyncctl wait --timeout 5s", within: 60))

      let entries = try machine.entries()
      let aside = try #require(entries.first { $0["MEDIASYNC_EVENT"] == "quarantined" })
      // All rows of an unknown entity share one record, which names none of them.
      #expect(aside["MEDIASYNC_ENTITY"] == "Podcasts" && (aside["MEDIASYNC_UUID"] ?? "") == "")
      #expect(aside["MEDIASYNC_CODE"] == "unknown_entity" && aside["PRIORITY"] == "4")
      let away = entries.filter { $0["MEDIASYNC_EVENT"] == "waiting" }
      #expect(away.count == 1 && away[0]["MEDIASYNC_CODE"] == "unreachable", "\(away)")
      let back = try #require(entries.last { $0["MEDIASYNC_EVENT"] == "recovered" })
      #expect(
        back["PRIORITY"] == "5" && (back["MEDIASYNC_ATTEMPTS"].flatMap { Int($0) } ?? 0) >= 3, "\(back)")
      #expect((back["MEDIASYNC_OUTAGE_MS"].flatMap { Int($0) } ?? 0) > 0)
      for entry in [aside, away[0], back] {
        #expect((entry["MEDIASYNC_CYCLE"].flatMap { Int($0) } ?? 0) > 0, "\(entry)")
        let id = try #require(entry["MESSAGE_ID"])
        let shown = try machine.system.succeed("journalctl -x --no-pager -n 1 MESSAGE_ID=\(id)")
        // The journal shows the same text as the control tool, except for line breaks.
        let explained = try machine.system.succeed("mediasyncctl explain \(id) --json")
        let words = try JSONDecoder().decode([Words].self, from: Data(explained.utf8))
        #expect(words.count == 1 && Self.flat(shown).contains("Subject: \(words[0].line)"), "\(shown)")
        #expect(Self.flat(shown).contains(Self.flat(words[0].explanation)), "\(shown)")
        #expect(Self.flat(shown).contains(Self.flat("What to do: " + words[0].remedy)), "\(shown)")
      }
    }

    private struct Words: Decodable {
      private enum CodingKeys: String, CodingKey {
        case line, explanation
        case remedy = "what_to_do"
      }

      let line, explanation, remedy: String
    }

    /// Only words: the journal puts `░░` before every line.
    private static func flat(_ text: String) -> String {
      text.split { $0.isWhitespace || $0 == "░" }.joined(separator: " ")
    }
  }
}
