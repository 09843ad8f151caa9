// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/relay_options.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/duration.pb.h"
#include "tools/relayctl/small_file.h"

namespace relayfleet::relayctl {
namespace {

using relay::v1::RelaySpec;

constexpr size_t kMaxSdpBytes = size_t{64} << 10;
constexpr absl::Duration kHour = absl::Hours(1);

// "copy" as the value of an enum whose names begin with `prefix`; the parser of options knows that
// it is one of them. Empty: not set.
template <typename Enum>
Enum ValueOf(absl::string_view prefix, absl::string_view name,
             bool (*parse)(const std::string&, Enum*)) {
  Enum value{};
  if (!name.empty()) parse(absl::StrCat(prefix, absl::AsciiStrToUpper(name)), &value);
  return value;
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration proto;
  proto.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  proto.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return proto;
}

std::vector<std::string> Words(absl::string_view list) {
  return absl::StrSplit(list, ',', absl::SkipWhitespace());
}

absl::Status FillRtp(const SourceOptions& options, relay::v1::RtpSource* rtp) {
  if (!options.sdp.empty()) {
    absl::StatusOr<std::string> sdp = ReadSmallFile(options.sdp, kMaxSdpBytes);
    if (!sdp.ok()) return sdp.status();
    rtp->set_sdp(*std::move(sdp));
  }
  rtp->set_port(options.udp_port);
  rtp->set_codec(options.codec);
  if (options.payload_type >= 0) rtp->set_payload_type(options.payload_type);
  rtp->set_bind_address(options.bind);
  for (std::string& network : Words(options.allow_from)) rtp->add_allow_from(std::move(network));
  return absl::OkStatus();
}

}  // namespace

void SourceOptions::Declare(Options& options) {
  options.Text("rtsp", "URL", "read a camera: rtsp://[user:password@]host[:554]/path, rtsps://",
               &rtsp);
  options.Choice("transport", {"tcp", "udp"}, "of --rtsp (TCP, then UDP)", &transport);
  options.Text("sdp", "FILE", "RTP over UDP as this session description says", &sdp);
  options.Number("udp-port", "N", "RTP over UDP to this port, without a description", 1, 65535,
                 &udp_port);
  options.Choice("codec", {"H264", "H265"}, "of --udp-port (H264)", &codec);
  options.Number("payload_type", "N", "of --udp-port (96)", 0, 127, &payload_type);
  options.Text("bind", "ADDRESS", "of --sdp and --udp-port: only on this address", &bind);
  options.Text("allow_from", "NETWORKS", "of --sdp and --udp-port: who may send, 10.0.0.0/8,…",
               &allow_from);
  options.Flag("annexb", "H.264 that `relayctl pipe` pushes", &annexb);
  options.Text("fifo", "PATH", "H.264 from a FIFO of the service's machine, below --fifo_dir",
               &fifo);
  options.Text("file", "PATH", "a recording below the service's --file_dir, or https://…", &file);
  options.Text("s3", "s3://BUCKET/KEY", "a recording in an object store", &s3);
  options.Flag("loop", "of --file and --s3: begin again at the end", &loop);
  options.Text("url", "URL", "what libav reads: srt://, rtmp://, an HLS playlist …", &url);
  options.Number("max_fps", "N", "pushed pictures published per second at most (30)", 1, 60,
                 &max_fps);
}

absl::Status SourceOptions::Fill(RelaySpec* spec) const {
  const bool rtp = !sdp.empty() || udp_port != 0;
  const bool pipe = annexb || !fifo.empty();
  const bool recording = !file.empty() || !s3.empty();
  const int sources = !rtsp.empty() + !sdp.empty() + (udp_port != 0) + annexb + !fifo.empty() +
                      !file.empty() + !s3.empty() + !url.empty();
  if (sources > 1) return absl::InvalidArgumentError("a relay has one source; more were named");
  const std::pair<const char*, bool> strangers[] = {
      {"--transport", !transport.empty() && rtsp.empty()},
      {"--codec", !codec.empty() && udp_port == 0},
      {"--payload_type", payload_type >= 0 && udp_port == 0},
      {"--bind", !bind.empty() && !rtp},
      {"--allow_from", !allow_from.empty() && !rtp},
      {"--loop", loop && !recording},
      {"--max_fps", max_fps != 0 && sources > 0}};
  for (const auto& [name, strange] : strangers) {
    if (strange) return absl::InvalidArgumentError(absl::StrCat(name, " is of another source"));
  }
  if (rtp) return FillRtp(*this, spec->mutable_rtp());
  if (!rtsp.empty()) {
    spec->mutable_rtsp()->set_url(rtsp);
    spec->mutable_rtsp()->set_transport(
        ValueOf("RTSP_TRANSPORT_", transport, &relay::v1::RtspTransport_Parse));
  } else if (pipe) {
    spec->mutable_annexb()->set_fifo(fifo);
  } else if (recording) {
    spec->mutable_file()->set_location(file.empty() ? s3 : file);
    spec->mutable_file()->set_loop(loop);
  } else if (!url.empty()) {
    spec->mutable_url()->set_url(url);
  } else {
    spec->mutable_frames()->set_max_fps(max_fps);
  }
  return absl::OkStatus();
}

void RelayOptions::Declare(Options& options) {
  source.Declare(options);
  options.Number("fps", "N",
                 "repeats of the last picture per second of silence (5); of a source that is "
                 "read: its rate at most",
                 1, 60, &fps);
  options.Number("width", "PIXELS", "width of the stream (1280; of a source that is read: its own)",
                 16, 4096, &width);
  options.Number("height", "PIXELS",
                 "height of the stream (720; of a source that is read: its own)", 16, 4096,
                 &height);
  options.Number("bitrate", "KBPS", "bit rate of the stream in kbit/s (2000)", 64, 50000,
                 &bitrate_kbps);
  options.Seconds("gop", "time between key frames, 0.5 to 60 (2)", absl::Minutes(1), &gop);
  options.Choice("mode", {"auto", "copy", "transcode"}, "copy the video or code it anew (auto)",
                 &mode);
  options.Choice("fit", {"contain", "cover", "stretch"}, "a picture of another shape (contain)",
                 &fit);
  options.Choice("profile", {"baseline", "main", "high"}, "of H.264 (baseline)", &profile);
  options.Text("encoders", "NAMES", "to be tried first: h264_nvenc,libx264; see `encoders`",
               &encoders);
  options.Choice("audio", {"auto", "none", "aac", "opus"}, "of a source that is read (auto)",
                 &audio);
  options.Seconds("stale_after", "without a new picture for so long it is STALE (5)", kHour,
                  &stale_after);
  options.Seconds("stall_after", "a silent source is opened anew after so long (5)", kHour,
                  &stall_after);
  options.Text(
      "mediamtx", "URL",
      "another MediaMTX than the fleet's own; with a password better in RELAYFLEET_MEDIAMTX",
      &mediamtx);
  options.Text("path", "PATH", "path on the MediaMTX (the key)", &path);
}

absl::StatusOr<RelaySpec> RelayOptions::ToSpec() const {
  RelaySpec spec;
  if (absl::Status filled = source.Fill(&spec); !filled.ok()) return filled;
  relay::v1::VideoOutput output;
  if (spec.has_frames()) {
    spec.mutable_frames()->set_fps(fps);
  } else {
    output.set_fps(fps);
  }
  output.set_width(width);
  output.set_height(height);
  output.set_bitrate_kbps(bitrate_kbps);
  if (gop != absl::ZeroDuration()) *output.mutable_gop() = ToProto(gop);
  output.set_mode(ValueOf("OUTPUT_MODE_", mode, &relay::v1::OutputMode_Parse));
  output.set_fit(ValueOf("FIT_", fit, &media::v1::Fit_Parse));
  output.set_profile(ValueOf("PROFILE_", profile, &media::v1::Profile_Parse));
  output.set_audio(ValueOf("AUDIO_MODE_", audio, &relay::v1::AudioMode_Parse));
  for (std::string& name : Words(encoders)) output.add_encoders(std::move(name));
  if (output.ByteSizeLong() > 0) *spec.mutable_output() = std::move(output);
  if (stale_after != absl::ZeroDuration()) *spec.mutable_stale_after() = ToProto(stale_after);
  if (stall_after != absl::ZeroDuration()) *spec.mutable_stall_after() = ToProto(stall_after);
  if (!mediamtx.empty()) spec.mutable_mediamtx()->set_url(mediamtx);
  if (!path.empty()) spec.mutable_mediamtx()->set_path(path);
  return spec;
}

absl::StatusOr<relay::v1::CreateRelayRequest> RelayOptions::ToRequest(absl::string_view key) const {
  absl::StatusOr<RelaySpec> spec = ToSpec();
  if (!spec.ok()) return spec.status();
  relay::v1::CreateRelayRequest request;
  request.set_key(std::string(key));
  *request.mutable_spec() = *std::move(spec);
  return request;
}

}  // namespace relayfleet::relayctl
