// SPDX-License-Identifier: Apache-2.0

#include "libs/state/sqlite_db.h"

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"

namespace relayfleet::state {

absl::StatusOr<std::unique_ptr<SqliteDb>> SqliteDb::Open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  std::unique_ptr<SqliteDb> db(new SqliteDb(path, raw));  // private constructor
  if (code != SQLITE_OK) return db->Error(code);
  return db;
}

absl::Status SqliteDb::Run(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::StatusOr<SqliteStatement> SqliteDb::Prepare(absl::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) return Error(code);
  return SqliteStatement(this, raw);
}

absl::StatusOr<int64_t> SqliteDb::Number(absl::string_view sql) {
  absl::StatusOr<SqliteStatement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  if (!*row) return base::StateCorrupt(path_, "a row is missing");
  return static_cast<int64_t>(statement->Number(0));
}

absl::StatusOr<std::string> SqliteDb::Text(absl::string_view sql) {
  absl::StatusOr<SqliteStatement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Step();
  if (!row.ok()) return row.status();
  if (!*row) return base::StateCorrupt(path_, "a row is missing");
  return statement->Text(0);
}

absl::Status SqliteDb::Error(int code) const {
  const absl::string_view why = db_ != nullptr ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code);
  const int primary = code & 0xff;
  // SQLITE_ERROR: tables or columns are not there, so it is not what we wrote.
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_ERROR) {
    return base::StateCorrupt(path_, why);
  }
  return base::StateUnwritable(path_, why);
}

SqliteStatement& SqliteStatement::Bind(absl::string_view text) {
  // A null pointer would be bound as NULL, not as no text.
  const char* data = text.empty() ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::Blob(absl::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), ++bound_, data, bytes.size(), SQLITE_STATIC);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(uint64_t number) {
  sqlite3_bind_int64(statement_.get(), ++bound_, static_cast<int64_t>(number));
  return *this;
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return db_->Error(code);
}

uint64_t SqliteStatement::Number(int column) const {
  return static_cast<uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string SqliteStatement::Text(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? "" : std::string(static_cast<const char*>(data), size);
}

absl::StatusOr<SqliteTransaction> SqliteTransaction::Begin(SqliteDb* db) {
  if (absl::Status status = db->Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  return SqliteTransaction(db);
}

SqliteTransaction::~SqliteTransaction() {
  if (db_ != nullptr) (void)db_->Run("ROLLBACK");
}

absl::Status SqliteTransaction::Commit() {
  absl::Status status = db_->Run("COMMIT");
  if (status.ok()) db_ = nullptr;
  return status;
}

}  // namespace relayfleet::state
