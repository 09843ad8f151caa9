// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/pipe_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::relayctl {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
// How long an interrupt may go unnoticed.
constexpr absl::Duration kLook = absl::Milliseconds(100);

// Waits for bytes; false: none came.
bool WaitForBytes(int fd, absl::Duration at_most) {
  pollfd waited{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&waited, 1, static_cast<int>(absl::ToInt64Milliseconds(at_most))) > 0;
}

}  // namespace

absl::Status ReadUnits(int fd, const Interrupt& interrupt,
                       const std::function<void(media::AnnexbSplitter::Unit)>& on_unit) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  media::AnnexbSplitter splitter((media::AnnexbSplitter::Options()));
  std::vector<char> piece(kPieceBytes);
  bool any = false;
  const auto hand_on = [&](media::AnnexbSplitter::Unit unit) {
    any = true;
    on_unit(std::move(unit));
  };
  while (!interrupt.requested()) {
    if (!WaitForBytes(fd, splitter.waiting() ? media::kAnnexbSilence : kLook)) {
      if (auto unit = splitter.OnSilence()) hand_on(*std::move(unit));
      continue;
    }
    const ssize_t got = read(fd, piece.data(), piece.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return absl::InternalError(absl::StrCat("reading failed: ", strerror(errno)));
    if (got == 0) break;
    for (auto& unit : splitter.Push(absl::string_view(piece.data(), static_cast<size_t>(got)))) {
      hand_on(std::move(unit));
    }
  }
  if (auto unit = splitter.Finish()) hand_on(*std::move(unit));
  if (any || splitter.skipped_bytes() == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("no H.264 in ", splitter.skipped_bytes(),
                                          " bytes; the camera must write ",
                                          "Annex B with headers in band (--codec h264 --inline)"));
}

}  // namespace relayfleet::relayctl
