// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_TESTING_FAKE_DIALER_H_
#define RELAYFLEET_SERVICES_PUBLISH_TESTING_FAKE_DIALER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/media/stream.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish::testing {

// A media server that the test plays: it sees all attempts, and says what becomes of the newest.
// Used from the test's thread.
class FakeServer {
 public:
  struct Dialled {
    std::string url;
    std::vector<media::Track> tracks;
    const media::Track& track() const { return tracks[0]; }
  };

  explicit FakeServer(base::testing::FakeRuntime* runtime) : runtime_(runtime) {}

  // A strand with a dialer to this server.
  Line NewLine();

  // The newest attempt records now; closes.
  void Record() {
    Post([attempt = newest_] {
      attempt->recording = true;
      attempt->handler.on_recording();
    });
  }
  void Close(absl::Status status) {
    Post([attempt = newest_, status] {
      if (std::exchange(attempt->over, true)) return;
      attempt->recording = false;
      attempt->handler.on_closed(status);
    });
  }
  // The socket takes no more, or takes everything again.
  void Stall() { stalled_ = true; }
  void Flow() {
    stalled_ = false;
    if (newest_ != nullptr && newest_->unwritten != 0) Written(newest_);
  }
  // Something else than an access unit waits for the socket; has left.
  void Occupy() { newest_->occupied = true; }
  void Free() {
    newest_->occupied = false;
    Post([attempt = newest_] {
      if (!attempt->over) attempt->handler.on_ready();
    });
  }
  // Attempts record by themselves.
  void set_accepting(bool accepting) { accepting_ = accepting; }

  const std::vector<Dialled>& dialled() const { return dialled_; }
  // dts of what was written, "KEY 3000", "6000", "audio 4000"; "closed" at Close().
  const std::vector<std::string>& written() const { return written_; }
  std::vector<std::string> TakeWritten() { return std::exchange(written_, {}); }

 private:
  struct Connection {
    RtspAttempt::Handler handler;
    bool recording = false;
    bool over = false;
    bool occupied = false;
    uint64_t unwritten = 0;
  };

  class Attempt final : public RtspAttempt {
   public:
    Attempt(FakeServer* server, std::shared_ptr<Connection> connection)
        : server_(server), connection_(std::move(connection)) {}
    ~Attempt() override { connection_->over = true; }
    bool ready() const override {
      return connection_->recording && !connection_->occupied && connection_->unwritten == 0;
    }
    void Write(const media::Packet& packet) override {
      connection_->unwritten = packet.seq;
      server_->OnWrite(connection_, packet);
    }
    void Close() override {
      connection_->over = true;
      server_->written_.push_back("closed");
    }

   private:
    FakeServer* const server_;
    const std::shared_ptr<Connection> connection_;
  };

  class Dialer final : public RtspDialer {
   public:
    explicit Dialer(FakeServer* server) : server_(server) {}
    std::unique_ptr<RtspAttempt> Dial(const MediaServer& server, const std::string& path,
                                      const std::vector<media::Track>& tracks,
                                      RtspAttempt::Handler handler) override {
      return server_->OnDial(server.ReaderUrl(path), tracks, std::move(handler));
    }

   private:
    FakeServer* const server_;
  };

  std::unique_ptr<RtspAttempt> OnDial(std::string url, const std::vector<media::Track>& tracks,
                                      RtspAttempt::Handler handler) {
    dialled_.push_back({std::move(url), tracks});
    newest_ = std::make_shared<Connection>();
    newest_->handler = std::move(handler);
    if (accepting_) Record();
    return std::make_unique<Attempt>(this, newest_);
  }
  void OnWrite(const std::shared_ptr<Connection>& connection, const media::Packet& packet) {
    written_.push_back(absl::StrCat(packet.track != 0 ? "audio "
                                    : packet.key      ? "KEY "
                                                      : "",
                                    packet.dts));
    if (!stalled_) Written(connection);
  }
  void Written(const std::shared_ptr<Connection>& connection) {
    Post([connection] {
      const uint64_t seq = std::exchange(connection->unwritten, 0);
      if (!connection->over && seq != 0) connection->handler.on_written(seq);
    });
  }
  void Post(base::Task task) { strand_->Post(std::move(task)); }

  base::testing::FakeRuntime* const runtime_;
  const std::shared_ptr<base::Executor> strand_ = runtime_->NewStrand();
  bool accepting_ = true;
  bool stalled_ = false;
  std::shared_ptr<Connection> newest_;
  std::vector<Dialled> dialled_;
  std::vector<std::string> written_;
};

inline Line FakeServer::NewLine() {
  return {.strand = runtime_->NewStrand(), .dialer = std::make_unique<Dialer>(this)};
}

// An H.264 track with parameter sets.
inline media::Track TestTrack() {
  return {.codec = media::Codec::kH264, .width = 64, .height = 48, .sps = "\x67s", .pps = "\x68p"};
}

// An Opus track beside it.
inline media::Track TestAudio() {
  return {.id = 1, .codec = media::Codec::kOpus, .clock_rate = 48000, .channels = 2};
}

// An Opus packet with this dts in ticks of 48 kHz.
inline media::Packet TestSound(int64_t dts) {
  media::Packet packet;
  packet.track = 1;
  packet.pts = packet.dts = dts;
  packet.key = true;
  packet.payload = media::MakePayload("sound");
  return packet;
}

// An access unit with this dts in ticks; seq is to be set by whoever sends it.
inline media::Packet TestPacket(int64_t dts, bool key) {
  media::Packet packet;
  packet.pts = packet.dts = dts;
  packet.key = key;
  packet.payload = media::MakePayload(std::string("\0\0\0\1", 4) + (key ? "\x65" : "\x41") + "x");
  return packet;
}

}  // namespace relayfleet::publish::testing

#endif  // RELAYFLEET_SERVICES_PUBLISH_TESTING_FAKE_DIALER_H_
