// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PIPE_READER_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PIPE_READER_H_

#include <functional>

#include "absl/status/status.h"
#include "libs/media/annexb_splitter.h"
#include "tools/relayctl/interrupt.h"

namespace relayfleet::relayctl {

// Reads H.264 (Annex B) from `fd` until its end or an interrupt, and hands on each access unit as
// soon as it is complete. `fd` is made non-blocking and stays its owner's. Always reads: a writer
// is never held back. DATA_LOSS: bytes came, but nothing that is H.264; INTERNAL: reading failed.
absl::Status ReadUnits(int fd, const Interrupt& interrupt,
                       const std::function<void(media::AnnexbSplitter::Unit)>& on_unit);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PIPE_READER_H_
