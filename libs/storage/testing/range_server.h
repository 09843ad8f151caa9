// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STORAGE_TESTING_RANGE_SERVER_H_
#define RELAYFLEET_LIBS_STORAGE_TESTING_RANGE_SERVER_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/base/mutex.h"

namespace relayfleet::storage::testing {

// An HTTP server on a free port of 127.0.0.1 that gives objects in parts and misbehaves as told.
// Serves one connection after the other, one request each.
class RangeServer {
 public:
  // How a request is served, and what is wrong with that.
  struct Reply {
    std::string body;  // of the whole object
    std::string etag = "\"1\"";
    int status = 200;               // else an error with `body`
    std::string location;           // a redirect
    bool parts = true;              // takes Range
    size_t break_after = SIZE_MAX;  // bytes of the body, then the connection is closed
    bool silent = false;            // takes the request and says nothing
  };
  // Called with the number of the request, from 0, and its path.
  using Script = std::function<Reply(int number, const std::string& path)>;

  explicit RangeServer(Script script);
  ~RangeServer();

  std::string Url(const std::string& path) const;
  int requests() const { return requests_; }
  // Values of Range, in order.
  std::vector<std::string> ranges();
  // Values of Authorization.
  std::vector<std::string> authorizations();

 private:
  void Run();
  void Serve(boost::asio::ip::tcp::socket& socket);

  const Script script_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> requests_ = 0;
  base::Mutex mutex_;
  std::vector<std::string> ranges_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> authorizations_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace relayfleet::storage::testing

#endif  // RELAYFLEET_LIBS_STORAGE_TESTING_RANGE_SERVER_H_
