// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_RESPONSE_HEADER_H_
#define RELAYFLEET_LIBS_HTTP_RESPONSE_HEADER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "libs/http/message.h"

namespace relayfleet::http {

// What an answer's header needs to know about its request and connection.
struct HeaderContext {
  absl::string_view request_id;
  // The connection stays open.
  bool keep_alive = true;
  // Of HTTP/1.0 peers keep-alive has to be said.
  bool http10 = false;
};

// Status line and headers up to the empty line. Bytes of header values that would break the
// header are left out.
std::string ResponseHeader(const Response& response, const HeaderContext& context);

// Whether an answer of this status may have a body.
bool HasBody(int status);

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_RESPONSE_HEADER_H_
