// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CHAIN_H_
#define RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/av/codec_factory.h"
#include "libs/av/video_encoder.h"
#include "libs/flow/stages.h"

namespace relayfleet::transcode {

// The encoder of a session, and those that take its place: one that fails is followed by the next
// one for good, which encodes the very picture again, as a key frame. The last one is made anew
// when it fails. Used on the session's codec strand.
class EncoderChain {
 public:
  // `names`: at least one, in order. `codecs` outlives it.
  EncoderChain(std::vector<std::string> names, const av::VideoEncoder::Options& options,
               av::CodecFactory* codecs);

  absl::StatusOr<av::AccessUnit> Encode(const av::Frame& picture, int64_t pts, bool force_key);

  // What Encode() changed to, once.
  std::optional<flow::EncoderChanged> TakeChange();

 private:
  absl::StatusOr<av::AccessUnit> Try(const av::Frame& picture, int64_t pts, bool force_key);

  const std::vector<std::string> names_;
  av::VideoEncoder::Options options_;
  av::CodecFactory* const codecs_;
  size_t current_ = 0;
  std::unique_ptr<av::VideoEncoder> encoder_;  // null: made for the next picture
  std::optional<flow::EncoderChanged> change_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CHAIN_H_
