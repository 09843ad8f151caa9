// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/summary.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/common/config.h"

namespace relayfleet::standalone {
namespace {

namespace asio = boost::asio;

constexpr char kLoopback[] = "127.0.0.1";

bool IsEveryAddress(const std::string& listen) {
  boost::system::error_code error;
  return asio::ip::make_address(listen, error).is_unspecified() && !error;
}

// Writes the lines of one fleet.
class Lines {
 public:
  explicit Lines(std::string host) : host_(std::move(host)) {}

  void Add(absl::string_view what, absl::string_view text) {
    absl::StrAppendFormat(&text_, "  %-15s  %s\n", what, text);
  }
  void AddPort(absl::string_view what, absl::string_view scheme, int port, absl::string_view path) {
    const common::Endpoint endpoint{host_, port};
    if (port != 0) Add(what, absl::StrCat(scheme, endpoint.ToString(), path));
  }
  std::string Take() { return std::move(text_); }

 private:
  const std::string host_;
  std::string text_ = "relayfleet is ready\n";
};

}  // namespace

std::string Summary(const Places& places) {
  const bool every = IsEveryAddress(places.listen);
  Lines lines(every ? kLoopback : places.listen);
  lines.AddPort("robot relay API", "http://", places.robot_relay_port, "");
  lines.AddPort("native REST", "http://", places.rest_port, "/v1/relays");
  lines.AddPort("gRPC", "", places.grpc_port, "");
  lines.Add("RTSP", places.rtsp_url);
  lines.AddPort("WebRTC", "http://", places.webrtc_port, "/KEY");
  lines.AddPort("HLS", "http://", places.hls_port, "/KEY");
  if (every && !places.names.empty()) {
    lines.Add("from elsewhere", absl::StrCat("put ", absl::StrJoin(places.names, " or "),
                                             " in place of ", kLoopback));
  }
  return lines.Take();
}

std::vector<std::string> OwnNames() {
  std::vector<std::string> names = {common::HostName()};
  boost::system::error_code error;
  asio::io_context io;
  asio::ip::udp::socket socket(io);
  // Sends nothing; it only makes the system choose a way out. The address is of documentation.
  socket.connect({asio::ip::make_address("198.51.100.1"), 9}, error);
  if (!error) names.push_back(socket.local_endpoint(error).address().to_string());
  return names;
}

}  // namespace relayfleet::standalone
