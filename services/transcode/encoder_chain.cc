// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/encoder_chain.h"

#include <utility>

namespace relayfleet::transcode {

EncoderChain::EncoderChain(std::vector<std::string> names, const av::VideoEncoder::Options& options,
                           av::CodecFactory* codecs)
    : names_(std::move(names)), options_(options), codecs_(codecs) {}

absl::StatusOr<av::AccessUnit> EncoderChain::Encode(const av::Frame& picture, int64_t pts,
                                                    bool force_key) {
  while (true) {
    absl::StatusOr<av::AccessUnit> unit = Try(picture, pts, force_key);
    if (unit.ok()) return unit;
    encoder_ = nullptr;
    if (current_ + 1 == names_.size()) return unit;
    ++current_;
    change_ = flow::EncoderChanged{.encoder = names_[current_],
                                   .reason = std::string(unit.status().message())};
  }
}

absl::StatusOr<av::AccessUnit> EncoderChain::Try(const av::Frame& picture, int64_t pts,
                                                 bool force_key) {
  if (encoder_ == nullptr || picture.colours() != options_.colours) {
    options_.colours = picture.colours();
    auto made = codecs_->NewEncoder(names_[current_], options_);
    if (!made.ok()) return made.status();
    encoder_ = *std::move(made);
  }
  return encoder_->Encode(picture, pts, force_key);
}

std::optional<flow::EncoderChanged> EncoderChain::TakeChange() {
  return std::exchange(change_, std::nullopt);
}

}  // namespace relayfleet::transcode
