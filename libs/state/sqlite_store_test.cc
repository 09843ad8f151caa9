// SPDX-License-Identifier: Apache-2.0

#include "libs/state/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace relayfleet::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string NewDir() {
  std::string dir = absl::StrCat(::testing::TempDir(), "/state-XXXXXX");
  return mkdtemp(dir.data());
}

std::unique_ptr<Store> OpenIn(const std::string& dir) {
  auto store = OpenSqliteStore({.dir = dir});
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

absl::Status Refusal(const std::string& dir) { return OpenSqliteStore({.dir = dir}).status(); }

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void RunSql(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
}

TEST(SqliteStore, FindsAllAfterReopening) {
  const std::string dir = NewDir();
  uint64_t epoch = 0;
  {
    const auto store = OpenIn(dir);
    ASSERT_TRUE(store->Put("a", "1", 0).ok());
    ASSERT_TRUE(store->Put("b", "2", 0).ok());
    ASSERT_TRUE(store->Delete("a", 1).ok());
    epoch = store->Claim("b", "me", absl::Seconds(10)).value();
  }
  const auto store = OpenIn(dir);
  const Listing listing = store->List().value();
  EXPECT_THAT(listing.records, ElementsAre(Record{"b", "2", 2}));
  EXPECT_EQ(listing.revision, 3);
  EXPECT_TRUE(store->Renew("b", epoch, absl::Seconds(10)).ok());
  EXPECT_EQ(store->Claim("b", "me", absl::Seconds(10)).value(), epoch + 1);
  EXPECT_EQ(store->Put("c", "3", 0).value(), 4);
}

// The child acknowledges each write through a pipe, and is killed amid them.
TEST(SqliteStore, EveryAcknowledgedWriteSurvivesSigkill) {
  const std::string dir = NewDir();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = OpenSqliteStore({.dir = dir});
    for (uint32_t i = 0; store.ok(); i++) {
      if (!(*store)->Put(absl::StrCat("k", i), std::string(5000, 'x'), 0).ok()) _exit(1);
      if (write(pipe_ends[1], &i, sizeof(i)) != sizeof(i)) _exit(1);
    }
    _exit(1);
  }
  close(pipe_ends[1]);
  uint32_t acknowledged = 0;
  while (acknowledged < 50) {
    ASSERT_EQ(read(pipe_ends[0], &acknowledged, sizeof(acknowledged)), sizeof(acknowledged));
  }
  kill(child, SIGKILL);
  while (read(pipe_ends[0], &acknowledged, sizeof(acknowledged)) == sizeof(acknowledged)) {
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));

  const auto store = OpenIn(dir);
  for (uint32_t i = 0; i <= acknowledged; i++) {
    EXPECT_EQ(store->Get(absl::StrCat("k", i)).value().value.size(), 5000) << i;
  }
}

TEST(SqliteStore, FolderIsMadeForThisUserOnly) {
  const std::string dir = NewDir() + "/a/b";
  OpenIn(dir);
  struct stat info;
  ASSERT_EQ(stat(dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700);
  ASSERT_EQ(stat((dir + "/state.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600);
}

TEST(SqliteStore, SecondUserOfAFolderIsRefused) {
  const std::string dir = NewDir();
  auto store = OpenIn(dir);
  const absl::Status refusal = Refusal(dir);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr(absl::StrCat("process ", getpid())));
  store.reset();
  EXPECT_TRUE(Refusal(dir).ok());
}

TEST(SqliteStore, UnwritableFolderIsAClearError) {
  const std::string file = NewDir() + "/file";
  WriteFile(file, "x");
  const absl::Status refusal = Refusal(file + "/state");
  EXPECT_EQ(refusal.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("can't be written"));
  EXPECT_THAT(std::string(refusal.message()), HasSubstr(file));
}

TEST(SqliteStore, GarbageIsRefusedAndLeftAsItIs) {
  const std::string dir = NewDir();
  const std::string garbage(4096, 'g');
  WriteFile(dir + "/state.db", garbage);
  const absl::Status refusal = Refusal(dir);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kDataLoss) << refusal;
  EXPECT_EQ(ReadFile(dir + "/state.db"), garbage);
}

TEST(SqliteStore, DamageInsideIsFoundAtTheStart) {
  const std::string dir = NewDir();
  {
    const auto store = OpenIn(dir);
    for (int i = 0; i < 100; i++) {
      ASSERT_TRUE(store->Put(absl::StrCat("k", i), std::string(1000, 'v'), 0).ok());
    }
  }
  std::string bytes = ReadFile(dir + "/state.db");
  ASSERT_GT(bytes.size(), 40'000);
  bytes.replace(8192, 24'000, 24'000, '\xee');
  WriteFile(dir + "/state.db", bytes);
  const absl::Status refusal = Refusal(dir);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kDataLoss) << refusal;
  EXPECT_EQ(ReadFile(dir + "/state.db"), bytes);
}

TEST(SqliteStore, NewerSchemaIsRefused) {
  const std::string dir = NewDir();
  OpenIn(dir);
  RunSql(dir + "/state.db", "PRAGMA user_version = 2");
  const absl::Status refusal = Refusal(dir);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("version 2"));
}

TEST(SqliteStore, DatabaseOfAnotherProgramIsRefused) {
  const std::string dir = NewDir();
  RunSql(dir + "/state.db", "CREATE TABLE theirs (x)");
  EXPECT_EQ(Refusal(dir).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace relayfleet::state
