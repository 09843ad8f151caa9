// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_CAMERA_SCRIPT_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_CAMERA_SCRIPT_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/testing/reader_harness.h"
#include "libs/rtsp/testing/scripted_server.h"

namespace relayfleet::rtsp::testing {

// A camera that is played line by line from a text file, and a Reader that has to bear with it.
// The files are in tests/testdata/cameras; one line of each is one of these:
//
//   # …                      says what is odd about this camera
//   ipv6                     listens on ::1; this and the next four before everything else
//   path live/cam?x=1        of the reader's URL
//   credentials user:pass@
//   transport tcp|udp
//   timeout 0.2              seconds for the handshake
//   accept                   takes a connection (the first is taken by itself)
//   > SETUP uri              expects a request; the URI may be left out
//   >~ Authorization: Digest expects in the request before a header with such a beginning
//   >! Authorization         expects that it has no such header
//   < 200                    answers the request before,
//   < Session: 1             with these headers
//   << a=x                   and these lines of body; "<< @h264 CONTROL", "@h264-bare CONTROL"
//                            (without parameter sets), "@mp4v CONTROL", "@pcma CONTROL" and
//                            "@junk N" (lines) stand for several
//   raw text                 sends it, with \r \n \\ \xHH escapes
//   unit 3 [channel]         sends access unit 3 (TestPacket), on channel 0 unless given
//   report 3                 sends a sender report for it on channel 1
//   audio 5 [channel]        sends PCMA packet 5 (20 ms each), on channel 2 unless given
//   udp-unit 3, udp-audio 5  same, to the port that the client named
//   udp-stranger 3           same as udp-unit, from another port
//   skip                     loses the next RTP packet of the video
//   ssrc 77                  goes on with another stream
//   ask-key                  lets the reader ask for a key frame
//   expect-pli [channel]     expects that to arrive, on channel 1 unless given
//   expect-udp-pli           same
//   close                    closes the connection
//   = playing 1280x720       expects the reader's next event to begin so
//
// In requests, answers and bodies %URL% is the reader's URL without credentials, %HOST% its
// "host:port", %UDP% the two ports of the camera.
class CameraScript {
 public:
  explicit CameraScript(std::string text) : lines_(Lines(text)) {}

  // Plays it; fails the test, naming the line, if the reader does something else.
  void Play();

 private:
  struct Line {
    int number = 0;
    std::string command;
    std::string rest;
  };
  static std::vector<Line> Lines(absl::string_view text);

  void Do(const Line& line);
  // Whether `word` is one of theirs.
  bool DoSetting(absl::string_view word, const std::string& rest);
  bool DoTalk(absl::string_view word, const std::string& rest);
  bool DoMedia(absl::string_view word, const std::string& rest);
  void DoCheck(absl::string_view word, const std::string& rest);
  void StartReader();
  void ExpectRequest(const std::string& rest);
  void Flush();
  void SendUnit(absl::string_view rest, bool udp, boost::asio::ip::udp::socket& from);
  void SendAudio(absl::string_view rest, bool udp);
  void SendReport(absl::string_view rest);
  void ExpectPli(absl::string_view packet);
  std::string ReceiveRtcp();
  void AppendBody(absl::string_view line);
  std::string Expanded(absl::string_view text) const;
  std::string Body(absl::string_view name, absl::string_view argument) const;

  const std::vector<Line> lines_;
  std::unique_ptr<ScriptedServer> server_ = std::make_unique<ScriptedServer>();
  boost::asio::io_context io_;
  boost::asio::ip::udp::socket rtp_socket_{io_};
  boost::asio::ip::udp::socket rtcp_socket_{io_};
  boost::asio::ip::udp::socket stranger_{io_};
  std::string path_ = "live/cam";
  std::string credentials_;
  Reader::Transport transport_ = Reader::Transport::kTcpThenUdp;
  double timeout_s_ = 5;
  bool started_ = false;
  Request request_;
  std::vector<uint16_t> client_ports_;  // of RTP, one for each SETUP
  bool answering_ = false;
  int code_ = 0;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  rtp::RtpState video_{.ssrc = 1, .timestamp_offset = 0xffffff00};
  rtp::RtpState audio_{.ssrc = 2, .timestamp_offset = 1000};
  size_t events_ = 0;
  ReaderHarness reader_;
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_CAMERA_SCRIPT_H_
