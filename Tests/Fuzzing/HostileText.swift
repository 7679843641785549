/// Texts and tokens that have broken programs: names that look like SQL, numbers at the ends of their types,
/// invalid text, look-alikes.
package enum HostileText {
  /// Names and values as text, escaped when they go into JSON.
  package static let texts: [String] = [
    "", "_", "a_b", "__", "'", "\"", "`", ";", "--", "/*", "*/", "\\", "%", "?", "?1", ":uuid", "@x", "$1",
    "]", "[",
    "'; DROP TABLE Media; --", "\"; DELETE FROM sync_log; --", "Media\" WHERE 1=1; --", "x'00'",
    "uuid\" = 'x' --", "title = (SELECT value FROM mediasync_state)", "sqlite_master", "sqlite_sequence",
    "mediasync_state", "mediasync_notes", "mediasync_parked", "mediasync_quarantine", "mediasync_aliases",
    "sync_log", "media_fts", "media_fts_data", "keyword_fts", "media_validate_sync_update", "schema_version",
    "Media", "media", "MEDIA", "Keywords", "\u{212A}eywords", "MediaKeywords", "Transcripts", "MediaChunks",
    "UnvectorizedMediaChunks", "DocumentVersions", "rowid", "_rowid_", "oid", "id", "ID", "media_id",
    "keyword_id",
    "uuid", "UUID", "version", "deleted", "linked", "client_id", "last_modified", "merge_parent_uuid",
    "prev_version",
    "media_uuid", "keyword_uuid", "vector_embedding", "url", "title", "content_hash", "version_number",
    "chunk_id",
    "cafe\u{301}", "caf\u{e9}", "\u{37E}", "\u{FEFF}", "\u{202E}gpj.exe", "\u{0}", "a\u{0}b", "a\u{0}",
    "line\nbreak", "\u{1B}[2J", "\u{7F}", "\u{FFFF}", "\u{10FFFF}", "\u{FFFD}", "ﬁ", "İ", "ß", "K",
    "9999-12-31T23:59:59.999Z", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+99:99", "2026-13-45T99:99:99Z",
    "-271821-04-20T00:00:00Z", "now", "0", "1", "-1", "1e999", "NaN", "null", "true", "{}", "[]", "{\"a\":1}",
    "mediasync-displaced-x", "mediasync/1", "create", "update", "delete", "link", "unlink", "applied",
    "merged",
    "rejected", "superseded", "duplicate", "unknown_row", "unknown_parent",
    String(repeating: "x", count: 511),
    String(repeating: "x", count: 513), String(repeating: "é", count: 300),
    String(repeating: "'", count: 1000),
    "a" + String(repeating: "\u{301}", count: 2000), String(repeating: "x_", count: 100),
  ]

  /// Tokens that go into a document unescaped, well-formed or not.
  package static let tokens: [String] = [
    "null", "true", "false", "0", "-0", "1", "-1", "2", "9007199254740991", "9007199254740992",
    "9007199254740993",
    "4611686018427387904", "9223372036854775806", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e999",
    "-1e999",
    "1e308", "1e-999", "5e-324", "0.1", "-0.0", "1.0", "1.5", "1E5", "1e+5", "01", "1.", ".5", "+1", "--1",
    "1e", "0x10",
    "Infinity", "NaN", "nul", "undefined", "[]", "{}", "[[]]", "[{}]", "{\"\":{}}", "\"\"", "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\u00\"", "\"\\x41\"", "\"\\", "\"", "'a'",
    "// c",
    "{\"a\":1,\"a\":2}", "{\"a\" 1}", "{a:1}", "[1,]", "{\"a\":1,}", ",", ":", "}", "]", "\u{FEFF}0",
    String(repeating: "9", count: 400), String(repeating: "9", count: 401),
    "0." + String(repeating: "3", count: 500),
  ]

  /// Invalid UTF-8, to go anywhere.
  package static let bytes: [[UInt8]] = [
    [0x00], [0xFF], [0xFE, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xC3],
    [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x0A], [0x0D, 0x0A], [0x1E], [0x22], [0x5C], [0x7B], [0x5B],
  ]
}
