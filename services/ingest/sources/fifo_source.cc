// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/fifo_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/media/annexb_splitter.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {
namespace {
namespace asio = boost::asio;
using boost::system::error_code;

// Reads in a row before other work on the strand gets its turn.
constexpr int kReadsAtOnce = 16;
// A key frame fits in, so that its writer does not wait for us. Linux lets every user have that.
constexpr int kPipeBytes = 1 << 20;

media::Track H264Track() { return {.id = 0, .codec = media::Codec::kH264}; }

absl::Status OpenError(const std::string& path, int error) {
  const std::string text = absl::StrCat(path, ": ", strerror(error));
  if (error == ENOENT) return absl::NotFoundError(text);
  if (error == EACCES) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

class Fifo final : public std::enable_shared_from_this<Fifo> {
 public:
  Fifo(std::shared_ptr<base::AsioStrand> strand, std::string path, SourceAttempt::Handler handler)
      : strand_(std::move(strand)),
        path_(std::move(path)),
        handler_(std::move(handler)),
        descriptor_(strand_->strand()),
        splitter_({}),
        gate_(H264Track()) {}

  void Start() {
    strand_->Post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr || self->closed_) return;
      self->start_ = self->strand_->clock().Monotonic();
      self->Listen();
    });
  }

  void Close() {
    closed_ = true;
    silence_.Cancel();
    error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void Listen();
  absl::Status OpenFifo();
  void AwaitReadable();
  void Read();
  void OnWriterGone();
  void ArmSilence();
  void Deliver(media::AnnexbSplitter::Unit unit);
  void TellLost();
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const std::string path_;
  SourceAttempt::Handler handler_;
  asio::posix::stream_descriptor descriptor_;
  media::AnnexbSplitter splitter_;
  VideoGate gate_;
  absl::Duration start_ = absl::ZeroDuration();
  int64_t last_pts_ = -1;
  uint64_t damaged_told_ = 0;
  bool noted_ = false;
  bool closed_ = false;
  base::Timer silence_;
};

// Opens the FIFO and reads it, also after a writer left: the new descriptor is opened before the
// old one goes, so that a writer that comes meanwhile finds a reader.
void Fifo::Listen() {
  if (absl::Status opened = OpenFifo(); !opened.ok()) return End(std::move(opened));
  AwaitReadable();
}

absl::Status Fifo::OpenFifo() {
  const int fd = open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return OpenError(path_, errno);
  error_code ignored;
  descriptor_.close(ignored);
  descriptor_.assign(fd);
  struct stat status = {};
  if (fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path_, ": not a FIFO; make it by mkfifo"));
  }
  fcntl(fd, F_SETPIPE_SZ, kPipeBytes);
  return absl::OkStatus();
}

void Fifo::AwaitReadable() {
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [weak = weak_from_this()](const error_code& error) {
                           const auto self = weak.lock();
                           if (self == nullptr || self->closed_ || error) return;
                           self->Read();
                         });
}

void Fifo::Read() {
  std::array<char, 64 << 10> bytes;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    const ssize_t size = read(descriptor_.native_handle(), bytes.data(), bytes.size());
    if (size == 0) return OnWriterGone();
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size < 0) return End(OpenError(path_, errno));
    for (auto& unit : splitter_.Push({bytes.data(), static_cast<size_t>(size)})) {
      Deliver(std::move(unit));
      if (closed_) return;
    }
  }
  ArmSilence();
  TellLost();
  if (!closed_) AwaitReadable();
}

void Fifo::OnWriterGone() {
  silence_.Cancel();
  if (auto unit = splitter_.Finish(); unit.has_value()) Deliver(*std::move(unit));
  if (!closed_) TellLost();
  if (!closed_) Listen();
}

void Fifo::ArmSilence() {
  silence_.Cancel();
  if (!splitter_.waiting()) return;
  silence_ = strand_->After(media::kAnnexbSilence, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    if (auto unit = self->splitter_.OnSilence(); unit.has_value()) self->Deliver(*std::move(unit));
  });
}

void Fifo::Deliver(media::AnnexbSplitter::Unit unit) {
  VideoGate::Verdict verdict = gate_.Check(unit.bytes, unit.key, unit.discontinuity);
  if (!verdict.pass) {
    if (!std::exchange(noted_, true)) handler_.on_note("waiting for a key frame with SPS and PPS");
    return closed_ ? void() : handler_.on_lost(1);
  }
  if (verdict.info.has_value()) handler_.on_info(*std::move(verdict.info));
  if (closed_) return;
  const absl::Duration now = strand_->clock().Monotonic();
  last_pts_ = std::max(media::ToVideoTicks(now - start_), last_pts_ + 1);
  media::Packet packet;
  packet.generation = gate_.generation();
  packet.pts = packet.dts = last_pts_;
  packet.key = unit.key;
  packet.discontinuity = unit.discontinuity;
  packet.capture_time = packet.arrival_time = strand_->clock().Wall();
  packet.arrival_mono = now;
  packet.payload = media::MakePayload(std::move(unit.bytes));
  handler_.on_packet(std::move(packet));
}

void Fifo::TellLost() {
  const uint64_t damaged = splitter_.damaged_units();
  if (damaged > damaged_told_) handler_.on_lost(damaged - damaged_told_);
  damaged_told_ = damaged;
}

void Fifo::End(absl::Status status) {
  Close();
  handler_.on_end(std::move(status));
}

class FifoAttempt final : public SourceAttempt {
 public:
  explicit FifoAttempt(std::shared_ptr<Fifo> fifo) : fifo_(std::move(fifo)) { fifo_->Start(); }
  ~FifoAttempt() override { fifo_->Close(); }

 private:
  const std::shared_ptr<Fifo> fifo_;
};

}  // namespace

std::unique_ptr<SourceAttempt> FifoSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<FifoAttempt>(
      std::make_shared<Fifo>(strand_, options_.path, std::move(handler)));
}

}  // namespace relayfleet::ingest
