// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_FFMPEG_PTR_H_
#define RELAYFLEET_LIBS_AV_FFMPEG_PTR_H_

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// One owner type per libav handle. Only libs/av includes this.
namespace relayfleet::av {

struct FfmpegDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};

using CodecContextPtr = std::unique_ptr<AVCodecContext, FfmpegDeleter>;
using FormatContextPtr = std::unique_ptr<AVFormatContext, FfmpegDeleter>;
using AvFramePtr = std::unique_ptr<AVFrame, FfmpegDeleter>;
using AvPacketPtr = std::unique_ptr<AVPacket, FfmpegDeleter>;
using AvBufferPtr = std::unique_ptr<AVBufferRef, FfmpegDeleter>;
using SwsContextPtr = std::unique_ptr<SwsContext, FfmpegDeleter>;

// Options of an opening call. What the callee took is gone from it afterwards.
class AvOptions {
 public:
  AvOptions() = default;
  AvOptions(const AvOptions&) = delete;
  AvOptions& operator=(const AvOptions&) = delete;
  ~AvOptions() { av_dict_free(&dictionary_); }

  void Set(const char* key, const std::string& value) {
    av_dict_set(&dictionary_, key, value.c_str(), 0);
  }
  AVDictionary** get() { return &dictionary_; }

  // Name of an option that the callee did not know; empty if there is none.
  std::string Unknown() const {
    const AVDictionaryEntry* entry = av_dict_get(dictionary_, "", nullptr, AV_DICT_IGNORE_SUFFIX);
    return entry == nullptr ? "" : entry->key;
  }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// "`what`: text of libav".
inline std::string AvErrorText(absl::string_view what, int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof(text));
  return absl::StrCat(what, ": ", text);
}

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_FFMPEG_PTR_H_
