// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_ROUTER_H_
#define RELAYFLEET_LIBS_HTTP_ROUTER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/http/message.h"
#include "libs/http/path_template.h"

namespace relayfleet::http {

// Serves what one route matched. As Handler: starts work and returns.
using RouteHandler = std::function<void(Request, Bindings, Responder)>;

// Finds the handler for method and path. Of several matches the one with the most literals wins.
// A path of no template is 404, a path whose templates have other methods 405 with Allow, a path
// that can't be split 400. HEAD is served by GET (the server drops the body), OPTIONS by a 204
// with Allow. Filled first, then used by many threads.
class Router {
 public:
  explicit Router(ErrorWriter error = JsonError) : error_(std::move(error)) {}

  // INVALID_ARGUMENT for a bad template, ALREADY_EXISTS for the same method and template.
  absl::Status Add(absl::string_view method, absl::string_view path_template, RouteHandler handler);

  void Handle(Request request, Responder responder) const;

 private:
  struct Route {
    std::string method;
    PathTemplate path;
    RouteHandler handler;
  };

  const ErrorWriter error_;
  std::vector<Route> routes_;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_ROUTER_H_
