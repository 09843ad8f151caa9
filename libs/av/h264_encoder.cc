// SPDX-License-Identifier: Apache-2.0

#include "libs/av/h264_encoder.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/av/encoder_kinds.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/h264_settings.h"
#include "libs/av/log_capture.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"
#include "libs/media/packet.h"

namespace relayfleet::av {
namespace {

// A picture is done for, and the encoder with it, when it takes that long.
constexpr absl::Duration kHardwareDeadline = absl::Seconds(1);

// The caller's planes, lent to libav: a frame without references would be copied.
AvBufferPtr Lend(const PlaneView& plane, int height) {
  return AvBufferPtr(av_buffer_create(
      plane.data, static_cast<size_t>(plane.stride) * height, [](void*, uint8_t*) {}, nullptr,
      AV_BUFFER_FLAG_READONLY));
}

// libx264 plans for an even rate and says so; whoever believed it would show each picture for
// 1/max_fps.
void SayVariableRate(std::string& key_unit) {
  const absl::string_view sps = media::FindKeyUnits(key_unit).sps;
  if (sps.empty()) return;
  const std::string variable = media::WithVariableFrameRate(sps);
  if (variable != sps) key_unit.replace(sps.data() - key_unit.data(), sps.size(), variable);
}

}  // namespace

struct H264Encoder::State {
  void AdaptRate(int64_t pts);
  absl::Status Send(const Frame& picture, int64_t pts, bool key);
  int AwaitPacket();
  absl::StatusOr<AccessUnit> Receive();
  absl::Status CompleteKey(std::string& unit);

  std::string name;
  bool hardware = false;
  CodecContextPtr context;
  AvFramePtr frame{av_frame_alloc()};
  AvPacketPtr packet{av_packet_alloc()};
  int64_t gop = 0;       // ticks
  int64_t bit_rate = 0;  // bits per second, as asked for
  std::optional<int64_t> last_key;
  std::optional<int64_t> last_pts;
  std::string parameter_sets;  // of a hardware encoder that writes them but once
};

// zerolatency makes libx264 plan for one picture each 1/max_fps, whatever the time stamps say; its
// variable rate input (force-cfr=0) holds back each picture until the next one tells how long it
// lasts. So the plan stays, and the bit rate follows: a picture that comes `interval` after the one
// before may spend what the asked rate yields in that time. VBV's buffer is never larger than it
// was, so a long silence does not save up for a burst.
void H264Encoder::State::AdaptRate(int64_t pts) {
  const double seconds =
      last_pts.has_value() ? static_cast<double>(pts - *last_pts) / media::kVideoClockRate : 0;
  last_pts = pts;
  constexpr double kShortest = 1.0 / 240;  // a key frame asked for comes right after a picture
  const double planned = 1.0 / context->framerate.num;
  const double interval = std::clamp(seconds, kShortest, kH264VbvSeconds);
  const auto rate = static_cast<int64_t>(bit_rate * (seconds > 0 ? interval / planned : 1));
  if (std::abs(rate - context->bit_rate) * 20 < context->bit_rate) return;
  context->bit_rate = rate;
  context->rc_max_rate = rate;
}

absl::StatusOr<std::unique_ptr<VideoEncoder>> H264Encoder::Create(absl::string_view name,
                                                                  const Options& options) {
  const EncoderKind* kind = FindEncoderKind(name);
  if (kind == nullptr) return absl::InvalidArgumentError(absl::StrCat("no encoder ", name));
  const AVCodec* codec = avcodec_find_encoder_by_name(kind->name);
  if (codec == nullptr) {
    return absl::UnavailableError(absl::StrCat(name, ": not built into this libav"));
  }
  auto state = std::make_unique<State>();
  state->name = kind->name;
  state->hardware = kind->hardware;
  state->context.reset(avcodec_alloc_context3(codec));
  AvOptions dictionary;
  ApplyH264Settings(*kind, options, *state->context, dictionary);
  const LogCapture log;
  const int result = avcodec_open2(state->context.get(), codec, dictionary.get());
  if (result == AVERROR(EINVAL) && !kind->hardware) {
    return absl::InvalidArgumentError(absl::StrCat(name, " refuses ", options.width, "x",
                                                   options.height, " at ", options.max_fps,
                                                   " fps and ", options.bitrate_kbps, " kbit/s"));
  }
  if (result < 0) return absl::UnavailableError(log.Explain(kind->name, result));
  // Time stamps of an even rate are rounded: the last picture of a GOP may come a little early.
  state->gop = media::ToVideoTicks(options.gop - absl::Milliseconds(1));
  state->bit_rate = state->context->bit_rate;
  return std::unique_ptr<VideoEncoder>(new H264Encoder(std::move(state)));
}

H264Encoder::H264Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}

H264Encoder::~H264Encoder() = default;

absl::Status H264Encoder::State::Send(const Frame& picture, int64_t pts, bool key) {
  av_frame_unref(frame.get());
  frame->width = picture.width();
  frame->height = picture.height();
  frame->format = context->pix_fmt;
  frame->color_range = context->color_range;
  frame->pts = pts;
  frame->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  for (int i = 0; i < 3; ++i) {
    const PlaneView& plane = picture.plane(i);
    frame->data[i] = plane.data;
    frame->linesize[i] = plane.stride;
    frame->buf[i] = Lend(plane, plane.height).release();
  }
  const int result = avcodec_send_frame(context.get(), frame.get());
  av_frame_unref(frame.get());
  if (result < 0) return absl::InternalError(AvErrorText(name, result));
  return absl::OkStatus();
}

// Hardware answers a little later.
int H264Encoder::State::AwaitPacket() {
  int result = avcodec_receive_packet(context.get(), packet.get());
  const absl::Time end = absl::Now() + kHardwareDeadline;
  while (result == AVERROR(EAGAIN) && hardware && absl::Now() < end) {
    absl::SleepFor(absl::Microseconds(500));
    result = avcodec_receive_packet(context.get(), packet.get());
  }
  return result;
}

absl::StatusOr<AccessUnit> H264Encoder::State::Receive() {
  const int result = AwaitPacket();
  if (result == AVERROR(EAGAIN)) {
    return absl::InternalError(absl::StrCat(name, ": holds pictures back"));
  }
  if (result < 0) return absl::InternalError(AvErrorText(name, result));
  AccessUnit unit;
  unit.data.assign(reinterpret_cast<const char*>(packet->data), packet->size);
  unit.pts = packet->pts;
  unit.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  av_packet_unref(packet.get());
  if (!unit.key) return unit;
  const absl::Status complete = hardware ? CompleteKey(unit.data) : absl::OkStatus();
  if (!complete.ok()) return complete;
  SayVariableRate(unit.data);
  return unit;
}

// Puts the parameter sets before an IDR that came without.
absl::Status H264Encoder::State::CompleteKey(std::string& unit) {
  const media::KeyUnits units = media::FindKeyUnits(unit);
  if (!units.sps.empty() && !units.pps.empty()) {
    parameter_sets.clear();
    media::AppendNal(units.sps, &parameter_sets);
    media::AppendNal(units.pps, &parameter_sets);
    return absl::OkStatus();
  }
  if (parameter_sets.empty() && context->extradata_size > 0) {
    parameter_sets.assign(reinterpret_cast<const char*>(context->extradata),
                          context->extradata_size);
  }
  if (parameter_sets.empty()) return absl::InternalError(absl::StrCat(name, ": writes no SPS"));
  unit.insert(0, parameter_sets);
  return absl::OkStatus();
}

absl::StatusOr<AccessUnit> H264Encoder::Encode(const Frame& picture, int64_t pts, bool force_key) {
  const AVCodecContext& context = *state_->context;
  if (picture.width() != context.width || picture.height() != context.height ||
      picture.chroma() != Chroma::k420) {
    return absl::InvalidArgumentError("a picture of another shape than the encoder's");
  }
  const bool due = !state_->last_key.has_value() || pts - *state_->last_key >= state_->gop;
  state_->AdaptRate(pts);
  const LogCapture log;
  const absl::Status sent = state_->Send(picture, pts, force_key || due);
  if (!sent.ok()) return sent;
  absl::StatusOr<AccessUnit> unit = state_->Receive();
  if (unit.ok() && unit->key) state_->last_key = pts;
  return unit;
}

}  // namespace relayfleet::av
