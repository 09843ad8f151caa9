// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_PLAY_HANDSHAKE_H_
#define RELAYFLEET_LIBS_RTSP_PLAY_HANDSHAKE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/client.h"
#include "libs/rtsp/media_receiver.h"
#include "libs/rtsp/message.h"
#include "libs/rtsp/play_plan.h"
#include "libs/rtsp/transport_header.h"
#include "libs/rtsp/udp_pair.h"

namespace relayfleet::rtsp {

// How RTP is to come: inside the RTSP connection, by UDP, or by UDP only where the server refuses
// the first (461).
enum class PlayTransport { kTcpThenUdp, kTcp, kUdp };

// Talks a server into playing: DESCRIBE, SETUP of each track, PLAY. Bears with the usual oddities:
// a Content-Base that is missing or leads nowhere, answers without transport details, other
// channels than asked for, audio that can't be had, no Range. Each track that the server agreed to
// is added to the receiver.
//
// One handler call ends it. Everything happens on the client's strand; no handler runs inside
// Start.
class PlayHandshake : public std::enable_shared_from_this<PlayHandshake> {
  struct Private {};

 public:
  struct Options {
    PlayTransport transport = PlayTransport::kTcpThenUdp;
    bool audio = true;
  };

  struct Handler {
    // The server plays; `uri` names the session in further requests.
    absl::AnyInvocable<void(const std::string& uri)> on_playing;
    // Ask there instead.
    absl::AnyInvocable<void(const std::string& location)> on_redirect;
    absl::AnyInvocable<void(absl::Status)> on_failed;
  };

  // `client` is connected.
  static std::shared_ptr<PlayHandshake> Start(std::shared_ptr<Client> client,
                                              std::shared_ptr<MediaReceiver> receiver,
                                              Options options, Handler handler);

  PlayHandshake(Private, std::shared_ptr<Client> client, std::shared_ptr<MediaReceiver> receiver,
                Options options, Handler handler);

 private:
  using Step = void (PlayHandshake::*)(const Response&);

  void Ask(Request request, Step on_ok, Step on_refused);
  void Describe();
  void OnDescribed(const Response& response);
  void OnNotDescribed(const Response& response);
  void Setup();
  absl::StatusOr<std::string> WantedTransport();
  void OnSetup(const Response& response);
  absl::Status AddTrack(const Response& response);
  void OnSetupRefused(const Response& response);
  void Play(bool with_range);
  void OnPlaying(const Response& response);
  void OnPlayRefused(const Response& response);

  const std::shared_ptr<Client> client_;
  const std::shared_ptr<MediaReceiver> receiver_;
  const Options options_;
  Handler handler_;
  PlayPlan plan_;
  std::vector<std::string> bases_;  // of relative controls: in force, then what to try after it
  size_t next_ = 0;                 // track to set up
  size_t added_ = 0;                // tracks that were
  bool udp_ = false;
  bool with_range_ = true;
  std::shared_ptr<UdpPair> ports_;  // of the track that is being set up
  std::string uri_;                 // of the session
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_PLAY_HANDSHAKE_H_
