// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_MESSAGE_H_
#define RELAYFLEET_LIBS_HTTP_MESSAGE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"

namespace relayfleet::http {

// Names and values in the order in which they came.
using Fields = std::vector<std::pair<std::string, std::string>>;

// One request, complete with its body.
struct Request {
  // As sent: "GET".
  std::string method;
  // As sent, with the query: "/relays/a%2Fb/ready?timeout=1".
  std::string target;
  // The path as sent, not decoded: "/relays/a%2Fb/ready".
  std::string path;
  // Query parameters, decoded.
  Fields query;
  Fields headers;
  // At most the server's body limit; moved, never copied.
  std::string body;
  // Peer as "127.0.0.1:40000".
  std::string remote;
  // X-Request-Id of the caller if it is sane, else made here.
  std::string id;

  // First header of that name in any case, "" when there is none.
  absl::string_view Header(absl::string_view name) const;
};

struct Response {
  int status = 200;
  // Sent when there is a body.
  std::string content_type = "application/json";
  Fields headers;
  std::string body;
};

// Makes the body of an error in the shape of an API.
using ErrorWriter = std::function<Response(int status, absl::string_view message)>;

// The default shape: {"error":"<message>"}.
Response JsonError(int status, absl::string_view message);

// The reason phrase of a status, "" for unknown ones.
absl::string_view ReasonPhrase(int status);

// The right and the duty to answer one request: once, from any thread, at any time; an answer to
// a peer that is gone is dropped. Answers 500 when it dies unused.
class Responder {
 public:
  // Where the answer goes. Thread-safe.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void Respond(Response response) = 0;
    virtual void SetRoute(std::string route) = 0;
    virtual void OnGone(absl::AnyInvocable<void()> gone) = 0;
  };

  explicit Responder(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  // Answers. What comes after the first call is ignored.
  void Send(Response response);

  // Names the route for logs and metrics: a template, never a path.
  void SetRoute(std::string route) { sink_->SetRoute(std::move(route)); }

  // Calls `gone` (on any thread, at most once) when the peer goes away before it was answered.
  void OnGone(absl::AnyInvocable<void()> gone) { sink_->OnGone(std::move(gone)); }

 private:
  std::shared_ptr<Sink> sink_;
};

// What serves requests. Called on the connection's strand, for many connections at once: it
// starts work and returns.
using Handler = std::function<void(Request, Responder)>;

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_MESSAGE_H_
