// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_CONNECTIONS_H_
#define RELAYFLEET_LIBS_HTTP_CONNECTIONS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace relayfleet::http {

// One open connection. Thread-safe.
class Connection {
 public:
  virtual ~Connection() = default;
  // Closes it if no request is under way.
  virtual void CloseIfIdle() = 0;
  // Closes it.
  virtual void Abort() = 0;
};

// The open connections of one server, which it keeps alive. Thread-safe.
class Connections {
 public:
  // Each connection object tells of its beginning and its end, so that draining can wait until
  // none is left that a runtime could take with it half finished.
  void Began();
  void Ended();

  // False when there are `limit` of them, or while draining.
  bool Add(std::shared_ptr<Connection> connection, size_t limit);
  // Lets go of it; it lives on until its last handler has run.
  void Remove(const Connection* connection);
  bool draining() const;

  // Refuses new ones, closes the idle, waits for the others, then aborts them. No connection object
  // is left then.
  void Drain(absl::Duration grace);

 private:
  bool WaitUntilNoneLeft(absl::Duration timeout);
  std::vector<std::shared_ptr<Connection>> All() const;

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  // Objects, open or not.
  int left_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<const Connection*, std::shared_ptr<Connection>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_CONNECTIONS_H_
