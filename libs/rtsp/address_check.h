// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_ADDRESS_CHECK_H_
#define RELAYFLEET_LIBS_RTSP_ADDRESS_CHECK_H_

#include <boost/asio/ip/address.hpp>
#include <functional>

#include "absl/status/status.h"

namespace relayfleet::rtsp {

// Says whether a resolved address may be connected to: base::UrlPolicy::CheckAddress. Called on
// the session's strand just before connecting; must not block. Empty: every address may.
using AddressCheck = std::function<absl::Status(const boost::asio::ip::address&)>;

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_ADDRESS_CHECK_H_
