// SPDX-License-Identifier: Apache-2.0

#include "libs/av/h264_encoder.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"
#include "libs/media/packet.h"

namespace relayfleet::av {
namespace {

// H.264 table A-1: macroblocks per second and per picture, kbit/s in Baseline.
struct Level {
  int idc;
  int64_t blocks_per_second;
  int64_t blocks;
  int64_t kbps;
};
constexpr Level kLevels[] = {
    {31, 108'000, 3'600, 14'000},      {32, 216'000, 5'120, 20'000},
    {40, 245'760, 8'192, 20'000},      {42, 522'240, 8'704, 50'000},
    {50, 589'824, 22'080, 135'000},    {51, 983'040, 36'864, 240'000},
    {52, 2'073'600, 36'864, 240'000},  {60, 4'177'920, 139'264, 240'000},
    {61, 8'355'840, 139'264, 480'000},
};

// Of the bit rate: what a burst (a key frame) may take at most. Shorter makes the picture pulse at
// each key frame, longer makes a slow link wait for it.
constexpr double kVbvSeconds = 0.5;

// The caller's planes, lent to libav: a frame without references would be copied.
AvBufferPtr Lend(const PlaneView& plane, int height) {
  return AvBufferPtr(av_buffer_create(
      plane.data, static_cast<size_t>(plane.stride) * height, [](void*, uint8_t*) {}, nullptr,
      AV_BUFFER_FLAG_READONLY));
}

void SetFormat(const VideoEncoder::Options& options, AVCodecContext& context) {
  context.width = options.width;
  context.height = options.height;
  context.pix_fmt = AV_PIX_FMT_YUV420P;
  context.time_base = {1, static_cast<int>(media::kVideoClockRate)};
  context.framerate = {options.max_fps, 1};
  context.sample_aspect_ratio = {1, 1};
  context.color_range = AVCOL_RANGE_MPEG;
  context.colorspace = AVCOL_SPC_SMPTE170M;
  context.color_primaries = AVCOL_PRI_SMPTE170M;
  context.color_trc = AVCOL_TRC_SMPTE170M;
  context.chroma_sample_location = AVCHROMA_LOC_CENTER;  // as in JPEG
  context.level = H264LevelFor(options);
}

void SetRate(const VideoEncoder::Options& options, AVCodecContext& context) {
  context.bit_rate = int64_t{options.bitrate_kbps} * 1000;
  context.rc_max_rate = context.bit_rate;
  context.rc_buffer_size = static_cast<int>(kVbvSeconds * context.bit_rate);
  // Key frames come by time, from Encode(), and never by libx264's count of pictures.
  context.gop_size = 1 << 30;
  context.keyint_min = 1;
  context.max_b_frames = 0;
  context.thread_count = 1;
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

int H264LevelFor(const VideoEncoder::Options& options) {
  const int64_t blocks = int64_t{(options.width + 15) / 16} * ((options.height + 15) / 16);
  for (const Level& level : kLevels) {
    if (blocks <= level.blocks && blocks * options.max_fps <= level.blocks_per_second &&
        options.bitrate_kbps <= level.kbps) {
      return level.idc;
    }
  }
  return 62;
}

struct H264Encoder::State {
  void AdaptRate(int64_t pts);
  absl::Status Send(const Frame& picture, int64_t pts, bool key);
  absl::StatusOr<AccessUnit> Receive();

  CodecContextPtr context;
  AvFramePtr frame{av_frame_alloc()};
  AvPacketPtr packet{av_packet_alloc()};
  int64_t gop = 0;       // ticks
  int64_t bit_rate = 0;  // bits per second, as asked for
  std::optional<int64_t> last_key;
  std::optional<int64_t> last_pts;
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
  const double interval = std::clamp(seconds, kShortest, kVbvSeconds);
  const auto rate = static_cast<int64_t>(bit_rate * (seconds > 0 ? interval / planned : 1));
  if (std::abs(rate - context->bit_rate) * 20 < context->bit_rate) return;
  context->bit_rate = rate;
  context->rc_max_rate = rate;
}

absl::StatusOr<std::unique_ptr<VideoEncoder>> H264Encoder::Create(const Options& options) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return absl::InternalError("libavcodec has no libx264");
  auto state = std::make_unique<State>();
  state->context.reset(avcodec_alloc_context3(codec));
  SetFormat(options, *state->context);
  SetRate(options, *state->context);
  AvOptions dictionary;
  dictionary.Set("preset", "ultrafast");
  dictionary.Set("tune", "zerolatency");
  dictionary.Set("profile", "baseline");
  dictionary.Set("forced-idr", "1");
  // log: 0 is errors; it warns between the two steps of each AdaptRate().
  dictionary.Set("x264-params", "repeat-headers=1:aud=0:log=0");
  const int result = avcodec_open2(state->context.get(), codec, dictionary.get());
  if (result == AVERROR(EINVAL)) {
    return absl::InvalidArgumentError(absl::StrCat("libx264 refuses ", options.width, "x",
                                                   options.height, " at ", options.max_fps,
                                                   " fps and ", options.bitrate_kbps, " kbit/s"));
  }
  if (result < 0) return absl::InternalError(AvErrorText("libx264", result));
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
  if (result < 0) return absl::InternalError(AvErrorText("libx264", result));
  return absl::OkStatus();
}

absl::StatusOr<AccessUnit> H264Encoder::State::Receive() {
  const int result = avcodec_receive_packet(context.get(), packet.get());
  if (result < 0) return absl::InternalError(AvErrorText("libx264", result));
  AccessUnit unit;
  unit.data.assign(reinterpret_cast<const char*>(packet->data), packet->size);
  unit.pts = packet->pts;
  unit.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  if (unit.key) SayVariableRate(unit.data);
  av_packet_unref(packet.get());
  return unit;
}

absl::StatusOr<AccessUnit> H264Encoder::Encode(const Frame& picture, int64_t pts, bool force_key) {
  const AVCodecContext& context = *state_->context;
  if (picture.width() != context.width || picture.height() != context.height ||
      picture.chroma() != Chroma::k420) {
    return absl::InvalidArgumentError("a picture of another shape than the encoder's");
  }
  const bool due = !state_->last_key.has_value() || pts - *state_->last_key >= state_->gop;
  state_->AdaptRate(pts);
  const absl::Status sent = state_->Send(picture, pts, force_key || due);
  if (!sent.ok()) return sent;
  absl::StatusOr<AccessUnit> unit = state_->Receive();
  if (unit.ok() && unit->key) state_->last_key = pts;
  return unit;
}

}  // namespace relayfleet::av
