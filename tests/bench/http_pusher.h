// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_HTTP_PUSHER_H_
#define RELAYFLEET_TESTS_BENCH_HTTP_PUSHER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::bench {

// A robot's HTTP client: one kept connection to 127.0.0.1, one request after the other, blocking.
// Connects with the first request, and again after a failure. Not thread-safe.
class HttpPusher {
 public:
  struct Answer {
    int status = 0;       // 0: no answer
    absl::Duration sent;  // monotonic time when the last byte had been handed to the kernel
    std::string body;
  };

  explicit HttpPusher(int port) : port_(port) {}
  ~HttpPusher() { Disconnect(); }
  HttpPusher(const HttpPusher&) = delete;
  HttpPusher& operator=(const HttpPusher&) = delete;

  // Whether somebody listens there.
  bool Reachable() { return Connect(); }
  Answer Call(absl::string_view method, absl::string_view path, absl::string_view body);

 private:
  bool Connect();
  void Disconnect();
  bool Write(absl::string_view bytes);
  bool ReadAnswer(Answer& answer);

  const int port_;
  int socket_ = -1;
};

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_HTTP_PUSHER_H_
