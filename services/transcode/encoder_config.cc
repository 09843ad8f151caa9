// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/encoder_config.h"

#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "libs/av/codec_factory.h"
#include "libs/base/errors.h"

ABSL_FLAG(std::vector<std::string>, encoders, {},
          "H.264 encoders to use, best first, of h264_nvmpi, h264_nvenc, h264_v4l2m2m and libx264. "
          "Each is tried at start. Empty: all, in this order.");
ABSL_FLAG(bool, use_nvenc, true,
          "Whether encoders made of hardware are used, NVIDIA's and others. false leaves libx264.");

namespace relayfleet::transcode {

absl::StatusOr<EncoderCatalog::Options> EncoderConfig() {
  std::map<std::string, bool> hardware;  // by name
  std::vector<std::string> names = absl::GetFlag(FLAGS_encoders);
  const bool all = names.empty();
  for (const media::EncoderReport& kind : av::LibavCodecs().KnownEncoders()) {
    hardware[kind.name] = kind.hardware;
    if (all) names.push_back(kind.name);
  }
  EncoderCatalog::Options options;
  for (const std::string& name : names) {
    const auto kind = hardware.find(name);
    if (kind == hardware.end()) {
      return base::BadSetting("encoders", absl::StrCat("there is no ", name));
    }
    if (!kind->second || absl::GetFlag(FLAGS_use_nvenc)) options.preference.push_back(name);
  }
  if (options.preference.empty()) {
    return base::BadSetting("encoders", "nothing is left of it without hardware (--use_nvenc)");
  }
  return options;
}

}  // namespace relayfleet::transcode
