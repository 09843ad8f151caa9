// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_REQUEST_READER_H_
#define RELAYFLEET_LIBS_HTTP_REQUEST_READER_H_

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "libs/http/message.h"

namespace relayfleet::http {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// The caller's X-Request-Id if it is short and plain, else a new random one.
std::string RequestId(const BeastRequest& request);

// Everything of a request but `remote` and `id`; the body is moved. INVALID_ARGUMENT for a target
// that is no path or has a query that can't be decoded.
absl::StatusOr<Request> ReadRequest(BeastRequest request);

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_REQUEST_READER_H_
