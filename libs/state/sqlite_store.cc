// SPDX-License-Identifier: Apache-2.0

#include "libs/state/sqlite_store.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/mutex.h"
#include "libs/state/precondition.h"
#include "libs/state/sqlite_db.h"
#include "libs/state/state_folder.h"
#include "libs/state/watch_hub.h"

namespace relayfleet::state {
namespace {

constexpr int kSchemaVersion = 1;

// `counters` has one row: revision of the store, highest epoch given out. Epochs of all keys come
// from one counter, so that they grow even for a key that was deleted in between.
constexpr char kSchema[] = R"sql(
  CREATE TABLE records (key TEXT PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL, epoch INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE counters (revision INTEGER NOT NULL, epoch INTEGER NOT NULL);
  INSERT INTO counters VALUES (0, 0);
)sql";

absl::Status CreateSchema(SqliteDb& db) {
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(&db);
  if (!transaction.ok()) return transaction.status();
  const std::string sql = absl::StrCat(kSchema, "PRAGMA user_version = ", kSchemaVersion, ";");
  if (absl::Status status = db.Run(sql); !status.ok()) return status;
  return transaction->Commit();
}

// Makes a new file a store; refuses one that holds something else, is damaged or too new.
absl::Status PrepareSchema(SqliteDb& db, const std::string& path) {
  // The whole file is read: it is small, and damage is better found now than under way.
  const absl::StatusOr<std::string> check = db.Text("PRAGMA quick_check(1)");
  if (!check.ok()) return check.status();
  if (*check != "ok") return base::StateCorrupt(path, *check);
  const absl::StatusOr<int64_t> version = db.Number("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version == kSchemaVersion) return absl::OkStatus();
  if (*version > kSchemaVersion) {
    return base::StateTooNew(path, static_cast<int>(*version), kSchemaVersion);
  }
  const absl::StatusOr<int64_t> tables = db.Number("SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) return tables.status();
  if (*tables != 0) return base::StateCorrupt(path, "it is the database of another program");
  return CreateSchema(db);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(StateFolder folder, std::unique_ptr<SqliteDb> db, uint64_t revision)
      : folder_(std::move(folder)), db_(std::move(db)), hub_(revision) {}

  absl::StatusOr<Record> Get(absl::string_view key) override;
  absl::StatusOr<uint64_t> Put(absl::string_view key, absl::string_view value,
                               std::optional<uint64_t> expected_revision) override;
  absl::StatusOr<uint64_t> Delete(absl::string_view key,
                                  std::optional<uint64_t> expected_revision) override;
  absl::StatusOr<Listing> List() override;
  absl::StatusOr<Watch> WatchFrom(uint64_t from_revision, std::shared_ptr<base::Executor> executor,
                                  absl::AnyInvocable<void(const Event&)> on_event) override;
  absl::StatusOr<uint64_t> Claim(absl::string_view key, absl::string_view owner,
                                 absl::Duration ttl) override;
  absl::Status Renew(absl::string_view key, uint64_t epoch, absl::Duration ttl) override;
  absl::Status Release(absl::string_view key, uint64_t epoch) override;

 private:
  // The record of `key`; nullopt if there is none.
  absl::StatusOr<std::optional<Record>> Find(absl::string_view key)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Grows a column of `counters` by one; returns it.
  absl::StatusOr<uint64_t> Next(absl::string_view counter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Writes (or deletes) the record of `event`, whose revision it sets, if `check` lets it.
  using Check = absl::Status (*)(absl::string_view, std::optional<uint64_t>,
                                 std::optional<uint64_t>);
  absl::StatusOr<uint64_t> Change(Event event, std::optional<uint64_t> expected, Check check);
  absl::Status Write(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const StateFolder folder_;  // locked until the database is closed
  base::Mutex mutex_;
  const std::unique_ptr<SqliteDb> db_ ABSL_PT_GUARDED_BY(mutex_);
  WatchHub hub_;
};

absl::StatusOr<std::optional<Record>> SqliteStore::Find(absl::string_view key) {
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare("SELECT value, revision FROM records WHERE key = ?");
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Bind(key).Step();
  if (!row.ok()) return row.status();
  if (!*row) return std::nullopt;
  return Record{std::string(key), statement->Text(0), statement->Number(1)};
}

absl::StatusOr<uint64_t> SqliteStore::Next(absl::string_view counter) {
  absl::Status status =
      db_->Run(absl::StrCat("UPDATE counters SET ", counter, " = ", counter, " + 1"));
  if (!status.ok()) return status;
  return db_->Number(absl::StrCat("SELECT ", counter, " FROM counters"));
}

absl::StatusOr<Record> SqliteStore::Get(absl::string_view key) {
  base::MutexLock lock(&mutex_);
  absl::StatusOr<std::optional<Record>> record = Find(key);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return base::RelayNotFound(key);
  return **std::move(record);
}

absl::StatusOr<uint64_t> SqliteStore::Put(absl::string_view key, absl::string_view value,
                                          std::optional<uint64_t> expected_revision) {
  return Change({.deleted = false, .record = {std::string(key), std::string(value), 0}},
                expected_revision, CheckPut);
}

absl::StatusOr<uint64_t> SqliteStore::Delete(absl::string_view key,
                                             std::optional<uint64_t> expected_revision) {
  return Change({.deleted = true, .record = {std::string(key), "", 0}}, expected_revision,
                CheckDelete);
}

absl::StatusOr<uint64_t> SqliteStore::Change(Event event, std::optional<uint64_t> expected,
                                             Check check) {
  base::MutexLock lock(&mutex_);
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(db_.get());
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<std::optional<Record>> found = Find(event.record.key);
  if (!found.ok()) return found.status();
  std::optional<uint64_t> actual;
  if (found->has_value()) actual = (*found)->revision;
  if (absl::Status s = check(event.record.key, expected, actual); !s.ok()) return s;
  const absl::StatusOr<uint64_t> revision = Next("revision");
  if (!revision.ok()) return revision.status();
  event.record.revision = *revision;
  if (absl::Status s = Write(event); !s.ok()) return s;
  if (absl::Status s = transaction->Commit(); !s.ok()) return s;
  hub_.Add(std::move(event));
  return *revision;
}

absl::Status SqliteStore::Write(const Event& event) {
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare(event.deleted ? "DELETE FROM records WHERE key = ?"
                                 : "INSERT OR REPLACE INTO records VALUES (?, ?, ?)");
  if (!statement.ok()) return statement.status();
  statement->Bind(event.record.key);
  if (!event.deleted) statement->Blob(event.record.value).Bind(event.record.revision);
  return statement->Finish();
}

absl::StatusOr<Listing> SqliteStore::List() {
  base::MutexLock lock(&mutex_);
  const absl::StatusOr<int64_t> revision = db_->Number("SELECT revision FROM counters");
  if (!revision.ok()) return revision.status();
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare("SELECT key, value, revision FROM records ORDER BY key");
  if (!statement.ok()) return statement.status();
  Listing listing{.records = {}, .revision = static_cast<uint64_t>(*revision)};
  for (;;) {
    const absl::StatusOr<bool> row = statement->Step();
    if (!row.ok()) return row.status();
    if (!*row) return listing;
    listing.records.push_back({statement->Text(0), statement->Text(1), statement->Number(2)});
  }
}

absl::StatusOr<Watch> SqliteStore::WatchFrom(uint64_t from_revision,
                                             std::shared_ptr<base::Executor> executor,
                                             absl::AnyInvocable<void(const Event&)> on_event) {
  return hub_.WatchFrom(from_revision, std::move(executor), std::move(on_event));
}

absl::StatusOr<uint64_t> SqliteStore::Claim(absl::string_view key, absl::string_view owner,
                                            absl::Duration /*ttl*/) {
  base::MutexLock lock(&mutex_);
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(db_.get());
  if (!transaction.ok()) return transaction.status();
  const absl::StatusOr<uint64_t> epoch = Next("epoch");
  if (!epoch.ok()) return epoch.status();
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare("INSERT OR REPLACE INTO claims VALUES (?, ?, ?)");
  if (!statement.ok()) return statement.status();
  if (absl::Status s = statement->Bind(key).Bind(owner).Bind(*epoch).Finish(); !s.ok()) return s;
  if (absl::Status s = transaction->Commit(); !s.ok()) return s;
  return *epoch;
}

absl::Status SqliteStore::Renew(absl::string_view key, uint64_t epoch, absl::Duration /*ttl*/) {
  base::MutexLock lock(&mutex_);
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare("SELECT epoch FROM claims WHERE key = ?");
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = statement->Bind(key).Step();
  if (!row.ok()) return row.status();
  const uint64_t in_force = *row ? statement->Number(0) : 0;
  return in_force == epoch ? absl::OkStatus() : base::NotTheOwner(key, epoch, in_force);
}

absl::Status SqliteStore::Release(absl::string_view key, uint64_t epoch) {
  base::MutexLock lock(&mutex_);
  absl::StatusOr<SqliteStatement> statement =
      db_->Prepare("DELETE FROM claims WHERE key = ? AND epoch = ?");
  if (!statement.ok()) return statement.status();
  return statement->Bind(key).Bind(epoch).Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteStoreOptions& options) {
  absl::StatusOr<StateFolder> folder = StateFolder::Open(options.dir);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<std::string> path = folder->File("state.db");
  if (!path.ok()) return path.status();
  absl::StatusOr<std::unique_ptr<SqliteDb>> db = SqliteDb::Open(*path);
  if (!db.ok()) return db.status();
  // Locked exclusively, WAL needs no shared memory, and so works on any file system.
  absl::Status status = (*db)->Run(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  if (!status.ok()) return status;
  if (status = PrepareSchema(**db, *path); !status.ok()) return status;
  const absl::StatusOr<int64_t> revision = (*db)->Number("SELECT revision FROM counters");
  if (!revision.ok()) return revision.status();
  return std::make_unique<SqliteStore>(*std::move(folder), *std::move(db),
                                       static_cast<uint64_t>(*revision));
}

}  // namespace relayfleet::state
