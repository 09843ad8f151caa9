// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_JSON_TEXT_H_
#define RELAYFLEET_LIBS_HTTP_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::http {

// `text` as a JSON string with its quotes. Bytes that are no UTF-8 become '?'.
std::string JsonString(absl::string_view text);

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_JSON_TEXT_H_
