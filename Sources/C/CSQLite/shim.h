// Swift cannot call C functions with variable arguments, so static inline functions wrap them.
#pragma once
#include <sqlite3.h>

/// Switches triggers on or off for this connection only (docs/protocol.md §1, fact 5).
static inline int csqlite_set_triggers(sqlite3 *db, int enabled) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, (int *)0);
}

/// Makes this connection reject double-quoted strings, which SQLite would otherwise accept in place of names.
static inline int csqlite_forbid_quoted_texts(sqlite3 *db) {
  int code = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
  return code != SQLITE_OK ? code : sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}
