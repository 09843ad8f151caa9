// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_SELF_SIGNED_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_SELF_SIGNED_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::rtsp::testing {

// Files of a certificate that was signed with its own key, as cameras have them; both PEM, valid
// for a day, in the test's folder.
struct SelfSigned {
  std::string certificate_file;
  std::string key_file;
};

// `name`: whom it is for, as in subjectAltName: "IP:127.0.0.1", "DNS:camera".
SelfSigned MakeSelfSigned(absl::string_view name);

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_SELF_SIGNED_H_
