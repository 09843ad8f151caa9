// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_SPEC_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/media/stream.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/source_policy.h"

namespace relayfleet::ingest {

// Where a relay's video comes from, as the relay uses it: every default filled in.

// Pushed pictures.
struct FramesSpec {
  int fill_fps = 5;  // repeats of the last picture per second of silence
  int max_fps = 30;

  friend bool operator==(const FramesSpec&, const FramesSpec&) = default;
};

enum class RtspTransport { kTcpThenUdp, kTcp, kUdp };

struct RtspSpec {
  base::SecretUrl url;
  RtspTransport transport = RtspTransport::kTcpThenUdp;

  friend bool operator==(const RtspSpec&, const RtspSpec&) = default;
};

// RTP sent to a UDP port of ours.
struct RtpSpec {
  std::string sdp;  // else the next three
  uint16_t port = 0;
  media::Codec codec = media::Codec::kH264;  // or kH265
  int payload_type = 96;
  std::string bind_address;             // an IP address; empty: not said
  std::vector<std::string> allow_from;  // addresses and networks; empty: anyone
  absl::Duration reorder_window = absl::Milliseconds(50);

  friend bool operator==(const RtpSpec&, const RtpSpec&) = default;
};

// Annex-B H.264.
struct AnnexbSpec {
  std::string fifo;  // absolute path; empty: from PushPackets

  friend bool operator==(const AnnexbSpec&, const AnnexbSpec&) = default;
};

// A recording. Exactly one of the first three is set.
struct FileSpec {
  struct S3Object {
    std::string bucket;
    std::string key;

    friend bool operator==(const S3Object&, const S3Object&) = default;
  };
  std::string path;                    // absolute
  std::optional<base::SecretUrl> url;  // https
  std::optional<S3Object> s3;
  bool loop = false;

  friend bool operator==(const FileSpec&, const FileSpec&) = default;
};

// What only libav reads.
struct UrlSpec {
  base::SecretUrl url;

  friend bool operator==(const UrlSpec&, const UrlSpec&) = default;
};

// A stored source that this service must not or can't read any more.
struct RefusedSpec {
  absl::Status why;

  friend bool operator==(const RefusedSpec&, const RefusedSpec&) = default;
};

using SourceSpec =
    std::variant<FramesSpec, RtspSpec, RtpSpec, AnnexbSpec, FileSpec, UrlSpec, RefusedSpec>;

// What the service's flags say of sources.
struct SourceRules {
  int fill_fps = 5;      // RELAY_FPS, where a frames relay does not say
  std::string fifo_dir;  // below it lie FIFOs; empty: none are read
  std::string file_dir;  // below it lie files; empty: none are read
  SourcePolicy policy;   // of URLs
};

// The source of `spec`, defaults filled in; never a RefusedSpec. INVALID_ARGUMENT (naming the
// field) or PERMISSION_DENIED when relay/v1's comments or `rules` do not allow it. May block on
// the file system.
absl::StatusOr<SourceSpec> ResolveSource(const relay::v1::RelaySpec& spec,
                                         const SourceRules& rules);

// UDP ports on which `source` receives RTP; no two relays may share one.
std::vector<uint16_t> UdpPorts(const SourceSpec& source);

// Hides the credentials of the source's URL.
void MaskSource(relay::v1::RelaySpec* spec);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_SPEC_H_
