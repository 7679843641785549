// Swift cannot call C functions with variable arguments: static inline wrappers stand in for them.
#pragma once
#include <sqlite3.h>

/// Switches triggers on or off for this connection only (protocol.md §1, fact 5).
static inline int csqlite_set_triggers(sqlite3 *db, int enabled) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, (int *)0);
}

/// Lets this connection take nothing that is quoted as a name for a text.
static inline int csqlite_forbid_quoted_texts(sqlite3 *db) {
  int code = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
  return code != SQLITE_OK ? code : sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}
