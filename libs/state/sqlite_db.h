// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_SQLITE_DB_H_
#define RELAYFLEET_LIBS_STATE_SQLITE_DB_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::state {

class SqliteStatement;

// Owns a database connection; its errors are StateCorrupt or StateUnwritable. One thread at a
// time. Statements must go first.
class SqliteDb {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteDb>> Open(const std::string& path);

  // Runs statements that give no rows.
  absl::Status Run(const std::string& sql);
  absl::StatusOr<SqliteStatement> Prepare(absl::string_view sql);
  // The first column of the first row; fails without a row.
  absl::StatusOr<int64_t> Number(absl::string_view sql);
  absl::StatusOr<std::string> Text(absl::string_view sql);

  // The connection's last error as a status.
  absl::Status Error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  SqliteDb(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}

  const std::string path_;
  const std::unique_ptr<sqlite3, Close> db_;
};

// Owns a prepared statement, run once: Bind in the order of its "?"s, then Step over rows.
class SqliteStatement {
 public:
  SqliteStatement(const SqliteDb* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}

  // The text must live until the last Step.
  SqliteStatement& Bind(absl::string_view text);
  SqliteStatement& Blob(absl::string_view bytes);
  SqliteStatement& Bind(uint64_t number);

  // True: there is a row. False: it is done.
  absl::StatusOr<bool> Step();
  // Runs a statement that gives no rows.
  absl::Status Finish() { return Step().status(); }

  uint64_t Number(int column) const;
  std::string Text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  const SqliteDb* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

// Rolls back unless Commit() came. Takes the write lock at once.
class SqliteTransaction {
 public:
  static absl::StatusOr<SqliteTransaction> Begin(SqliteDb* db);
  SqliteTransaction(SqliteTransaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  // OK: it is on the disk. Else: nothing of it is.
  absl::Status Commit();

 private:
  explicit SqliteTransaction(SqliteDb* db) : db_(db) {}
  SqliteDb* db_;
};

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_SQLITE_DB_H_
