// SPDX-License-Identifier: Apache-2.0

#include "libs/http/router.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace relayfleet::http {
namespace {

Response MethodNotAllowed(const ErrorWriter& error, const std::string& method,
                          const std::string& allow) {
  Response response = method == "OPTIONS"
                          ? Response{.status = 204}
                          : error(405, absl::StrCat("this path takes only ", allow));
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

absl::Status Router::Add(absl::string_view method, absl::string_view path_template,
                         RouteHandler handler) {
  absl::StatusOr<PathTemplate> path = PathTemplate::Parse(path_template);
  if (!path.ok()) return path.status();
  for (const Route& route : routes_) {
    if (route.method == method && route.path.text() == path_template) {
      return absl::AlreadyExistsError(
          absl::StrCat("two handlers for ", method, " ", path_template));
    }
  }
  routes_.push_back({std::string(method), *std::move(path), std::move(handler)});
  return absl::OkStatus();
}

void Router::Handle(Request request, Responder responder) const {
  const absl::StatusOr<SplitPath> path = ParsePath(request.path);
  if (!path.ok()) return responder.Send(error_(400, path.status().message()));
  const Route* best = nullptr;
  Bindings best_bindings;
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    std::optional<Bindings> bindings = route.path.Match(*path);
    if (!bindings.has_value()) continue;
    methods.insert(route.method);
    const bool serves =
        route.method == request.method || (request.method == "HEAD" && route.method == "GET");
    if (!serves) continue;
    if (best != nullptr && best->path.specificity() >= route.path.specificity()) continue;
    best = &route;
    best_bindings = *std::move(bindings);
  }
  if (best != nullptr) {
    responder.SetRoute(best->path.text());
    return best->handler(std::move(request), std::move(best_bindings), std::move(responder));
  }
  if (methods.empty()) return responder.Send(error_(404, "no such path"));
  if (methods.contains("GET")) methods.insert("HEAD");
  methods.insert("OPTIONS");
  responder.Send(MethodNotAllowed(error_, request.method, absl::StrJoin(methods, ", ")));
}

}  // namespace relayfleet::http
