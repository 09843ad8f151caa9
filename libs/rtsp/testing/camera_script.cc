// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/camera_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/testing/publisher_harness.h"

namespace relayfleet::rtsp::testing {
namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr int kPatienceMs = 5000;
constexpr char kRtpHeader[] = "\x80\x08";
constexpr size_t kAudioSamples = 160;
const absl::Time kWall = absl::FromUnixSeconds(1767225600);

std::pair<std::string, std::string> Cut(absl::string_view text, absl::string_view at) {
  const size_t cut = text.find(at);
  if (cut == absl::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, cut)),
          std::string(absl::StripAsciiWhitespace(text.substr(cut + at.size())))};
}

int Number(absl::string_view text) {
  int number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

// The port behind client_port= in a SETUP; 0: none.
uint16_t ClientPort(const Request& request) {
  const std::string value(request.headers.Get("Transport"));
  const size_t at = value.find("client_port=");
  if (at == std::string::npos) return 0;
  return static_cast<uint16_t>(Number(Cut(value.substr(at + 12), "-").first));
}

std::string Big16(uint32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string Big32(uint32_t value) { return Big16(value >> 16) + Big16(value & 0xffff); }

udp::endpoint Local(uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

std::vector<CameraScript::Line> CameraScript::Lines(absl::string_view text) {
  std::vector<Line> lines;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty() || line[0] == '#') continue;
    auto [command, rest] = Cut(line, " ");
    lines.push_back({.number = number, .command = std::move(command), .rest = std::move(rest)});
  }
  return lines;
}

void CameraScript::Play() {
  for (udp::socket* socket : {&rtp_socket_, &rtcp_socket_, &stranger_}) {
    socket->open(udp::v4());
    socket->bind(Local(0));
  }
  for (const Line& line : lines_) {
    SCOPED_TRACE(absl::StrCat("line ", line.number, ": ", line.command, " ", line.rest));
    if (!absl::StartsWith(line.command, "<")) Flush();
    Do(line);
    if (::testing::Test::HasFailure()) return;
  }
  Flush();
}

void CameraScript::StartReader() {
  if (started_) return;
  started_ = true;
  reader_.Start({.url = base::SecretUrl::Parse(server_->Url(credentials_, path_)).value(),
                 .transport = transport_,
                 .handshake_timeout = absl::Seconds(timeout_s_),
                 .report_interval = absl::Hours(1)});
  server_->Accept();
}

void CameraScript::Do(const Line& line) {
  if (DoSetting(line.command, line.rest)) return;
  StartReader();
  if (DoTalk(line.command, line.rest) || DoMedia(line.command, line.rest)) return;
  DoCheck(line.command, line.rest);
}

bool CameraScript::DoSetting(absl::string_view word, const std::string& rest) {
  if (word == "ipv6") {
    server_ = std::make_unique<ScriptedServer>(asio::ip::address_v6::loopback(), 0);
  } else if (word == "path") {
    path_ = rest;
  } else if (word == "credentials") {
    credentials_ = rest;
  } else if (word == "transport") {
    transport_ = rest == "udp" ? Reader::Transport::kUdp : Reader::Transport::kTcp;
  } else if (word == "timeout") {
    EXPECT_TRUE(absl::SimpleAtod(rest, &timeout_s_));
  } else {
    return false;
  }
  return true;
}

bool CameraScript::DoTalk(absl::string_view word, const std::string& rest) {
  if (word == "accept") {
    server_->Accept();
  } else if (word == ">") {
    ExpectRequest(rest);
  } else if (word == "<" && answering_) {
    headers_.push_back(Cut(Expanded(rest), ":"));
  } else if (word == "<") {
    answering_ = true;
    code_ = Number(rest);
  } else if (word == "<<") {
    AppendBody(rest);
  } else if (word == "raw") {
    std::string bytes;
    EXPECT_TRUE(absl::CUnescape(Expanded(rest), &bytes));
    server_->Send(bytes);
  } else if (word == "close") {
    server_->CloseConnection();
  } else {
    return false;
  }
  return true;
}

bool CameraScript::DoMedia(absl::string_view word, const std::string& rest) {
  if (word == "unit") {
    SendUnit(rest, false, rtp_socket_);
  } else if (word == "udp-unit") {
    SendUnit(rest, true, rtp_socket_);
  } else if (word == "udp-stranger") {
    SendUnit(rest, true, stranger_);
  } else if (word == "audio" || word == "udp-audio") {
    SendAudio(rest, word == "udp-audio");
  } else if (word == "report") {
    SendReport(rest);
  } else if (word == "skip") {
    ++video_.next_sequence;
  } else if (word == "ssrc") {
    video_.ssrc = static_cast<uint32_t>(Number(rest));
  } else if (word == "ask-key") {
    reader_.AskKey();
  } else {
    return false;
  }
  return true;
}

void CameraScript::DoCheck(absl::string_view word, const std::string& rest) {
  if (word == ">~") {
    const auto [name, value] = Cut(rest, ":");
    EXPECT_THAT(std::string(request_.headers.Get(name)), ::testing::StartsWith(value));
  } else if (word == ">!") {
    EXPECT_EQ(std::string(request_.headers.Get(rest)), "");
  } else if (word == "expect-pli") {
    const ScriptedServer::Frame frame = server_->ExpectFrame();
    EXPECT_EQ(frame.channel, rest.empty() ? 1 : Number(rest));
    ExpectPli(frame.payload);
  } else if (word == "expect-udp-pli") {
    ExpectPli(ReceiveRtcp());
  } else if (word == "=") {
    const std::vector<std::string> events = reader_.events().WaitFor(++events_);
    ASSERT_GE(events.size(), events_) << "nothing happens";
    EXPECT_THAT(events[events_ - 1], ::testing::StartsWith(rest));
  } else {
    ADD_FAILURE() << "unknown word";
  }
}

// --- RTSP ----------------------------------------------------------------------------------------

void CameraScript::ExpectRequest(const std::string& rest) {
  const auto [method, uri] = Cut(rest, " ");
  request_ = server_->ExpectRequest(method);
  if (!uri.empty()) EXPECT_EQ(request_.uri, Expanded(uri));
  if (const uint16_t port = ClientPort(request_); port != 0) client_ports_.push_back(port);
}

// Sends the answer that the lines before made.
void CameraScript::Flush() {
  if (!answering_) return;
  answering_ = false;
  server_->Reply(request_, code_, headers_, body_);
  headers_.clear();
  body_.clear();
}

void CameraScript::AppendBody(absl::string_view line) {
  if (!absl::StartsWith(line, "@")) return absl::StrAppend(&body_, Expanded(line), "\r\n");
  const auto [name, argument] = Cut(line.substr(1), " ");
  body_ += Body(name, argument);
}

std::string CameraScript::Body(absl::string_view name, absl::string_view argument) const {
  const std::string control = absl::StrCat("a=control:", Expanded(argument), "\r\n");
  if (name == "h264") {
    return absl::StrCat(
        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 ",
        "packetization-mode=1;sprop-parameter-sets=", absl::Base64Escape(TestTrack().sps), ",",
        absl::Base64Escape(TestTrack().pps), "\r\n", control);
  }
  if (name == "h264-bare") {
    return absl::StrCat("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n", control);
  }
  if (name == "mp4v") {
    return absl::StrCat("m=video 0 RTP/AVP 97\r\na=rtpmap:97 MP4V-ES/90000\r\n", control);
  }
  if (name == "pcma") return absl::StrCat("m=audio 0 RTP/AVP 8\r\n", control);
  EXPECT_EQ(name, "junk");
  std::string junk;
  for (int i = 0; i < Number(argument); ++i) absl::StrAppend(&junk, "a=x-junk:", i, "\r\n");
  return junk;
}

std::string CameraScript::Expanded(absl::string_view text) const {
  const std::string url = server_->Url("", path_);
  const std::string host = Cut(url.substr(url.find("://") + 3), "/").first;
  return absl::StrReplaceAll(text, {{"%URL%", url},
                                    {"%HOST%", host},
                                    {"%UDP%", absl::StrCat(rtp_socket_.local_endpoint().port(), "-",
                                                           rtcp_socket_.local_endpoint().port())}});
}

// --- media ---------------------------------------------------------------------------------------

void CameraScript::SendUnit(absl::string_view rest, bool udp, udp::socket& from) {
  const std::vector<std::string> words = absl::StrSplit(rest, ' ');
  const media::Packet packet = TestPacket(static_cast<uint64_t>(Number(words[0])), 3000);
  const auto channel = static_cast<uint8_t>(words.size() > 1 ? Number(words[1]) : 0);
  std::string out;
  rtp::H264Packetizer({.channel = channel})
      .Append(*packet.payload, video_.RtpTime(packet.pts), &video_, &out);
  if (!udp) return server_->Send(out);
  // Each packet stands behind its interleaved header.
  for (size_t at = 0; at < out.size();) {
    const size_t size = static_cast<size_t>(static_cast<uint8_t>(out[at + 2])) << 8 |
                        static_cast<uint8_t>(out[at + 3]);
    from.send_to(asio::buffer(out.data() + at + 4, size), Local(client_ports_.at(0)));
    at += 4 + size;
  }
}

void CameraScript::SendAudio(absl::string_view rest, bool udp) {
  const std::vector<std::string> words = absl::StrSplit(rest, ' ');
  const auto time = static_cast<uint32_t>(Number(words[0])) * kAudioSamples;
  std::string packet = std::string(kRtpHeader, 2) + Big16(audio_.next_sequence++) +
                       Big32(audio_.RtpTime(time)) + Big32(audio_.ssrc) +
                       std::string(kAudioSamples, '\x55');
  if (udp) {
    rtp_socket_.send_to(asio::buffer(packet), Local(client_ports_.at(1)));
    return;
  }
  std::string frame;
  rtp::AppendInterleavedHeader(static_cast<uint8_t>(words.size() > 1 ? Number(words[1]) : 2),
                               packet.size(), &frame);
  server_->Send(frame + packet);
}

void CameraScript::SendReport(absl::string_view rest) {
  const media::Packet packet = TestPacket(static_cast<uint64_t>(Number(rest)), 1);
  std::string rtcp;
  rtp::AppendSenderReport(
      {.ssrc = video_.ssrc, .wall = kWall, .rtp_time = video_.RtpTime(packet.pts)}, "x", &rtcp);
  std::string frame;
  rtp::AppendInterleavedHeader(1, rtcp.size(), &frame);
  server_->Send(frame + rtcp);
}

std::string CameraScript::ReceiveRtcp() {
  std::array<char, 2048> bytes;
  while (true) {
    pollfd waiting = {.fd = rtcp_socket_.native_handle(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPatienceMs) != 1) return "";
    udp::endpoint from;
    const size_t size = rtcp_socket_.receive_from(asio::buffer(bytes), from);
    // The first datagram opens the way through NATs, and says nothing.
    if (size > 8) return {bytes.data(), size};
  }
}

// A picture loss indication (RFC 4585, 6.3.1) for our stream is somewhere in the compound packet.
void CameraScript::ExpectPli(absl::string_view packet) {
  EXPECT_TRUE(absl::StrContains(packet, absl::string_view("\x81\xce\0\2", 4)));
  EXPECT_TRUE(absl::EndsWith(packet, Big32(video_.ssrc)));
}

}  // namespace relayfleet::rtsp::testing
