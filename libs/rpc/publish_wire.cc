// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>
#include <variant>

#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/base/overloaded.h"
#include "libs/rpc/media_convert.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/stage_convert.h"
#include "libs/rpc/wire_checks.h"

namespace relayfleet::rpc {
namespace v1 = publish::v1;
namespace {

constexpr absl::Duration kMaxLinger = absl::Seconds(60);

v1::PublishRequest::Open ToWire(const flow::PublishOpen& open) {
  v1::PublishRequest::Open wire;
  wire.set_path(open.path);
  if (open.mediamtx_url.has_value()) wire.set_mediamtx_url(open.mediamtx_url->Reveal());
  wire.set_session_id(open.session_id);
  wire.set_epoch(open.epoch);
  *wire.mutable_linger() = ToProto(open.linger);
  return wire;
}

absl::StatusOr<flow::PublishUp> FromWire(const v1::PublishRequest::Open& wire) {
  absl::Status status = base::ValidateKey(wire.path());
  status.Update(CheckSessionId(wire.session_id()));
  flow::PublishOpen open{
      .path = wire.path(), .session_id = wire.session_id(), .epoch = wire.epoch()};
  if (!wire.mediamtx_url().empty()) {
    auto url = base::SecretUrl::Parse(wire.mediamtx_url());
    status.Update(url.status());
    if (url.ok()) open.mediamtx_url = *std::move(url);
  }
  if (wire.has_linger()) open.linger = FromProto(wire.linger());
  if (open.linger < absl::ZeroDuration() || open.linger > kMaxLinger) {
    status.Update(base::InvalidField("open.linger", "must be 0 s to 60 s"));
  }
  if (!status.ok()) return status;
  return open;
}

// The values are apart by one: UNSPECIFIED is no reason.
v1::NeedKeyReason ToWire(flow::NeedKeyReason reason) {
  return static_cast<v1::NeedKeyReason>(static_cast<int>(reason) + 1);
}
static_assert(static_cast<int>(flow::NeedKeyReason::kConnected) + 1 ==
              v1::NEED_KEY_REASON_CONNECTED);
static_assert(static_cast<int>(flow::NeedKeyReason::kReader) + 1 == v1::NEED_KEY_REASON_READER);
static_assert(static_cast<int>(flow::NeedKeyReason::kLoss) + 1 == v1::NEED_KEY_REASON_LOSS);
static_assert(static_cast<int>(flow::NeedKeyReason::kPeriodic) + 1 == v1::NEED_KEY_REASON_PERIODIC);

flow::NeedKeyReason FromWire(v1::NeedKeyReason reason) {
  if (!v1::NeedKeyReason_IsValid(reason) || reason == v1::NEED_KEY_REASON_UNSPECIFIED) {
    return flow::NeedKeyReason::kLoss;  // A reason of later times is reason enough.
  }
  return static_cast<flow::NeedKeyReason>(static_cast<int>(reason) - 1);
}

v1::PublishResponse::Opened ToWire(const flow::PublishOpened& opened) {
  v1::PublishResponse::Opened wire;
  wire.set_resumed(opened.resumed);
  for (const auto& [track, dts] : opened.last_dts_by_track) {
    (*wire.mutable_last_dts_by_track())[track] = dts;
  }
  for (const auto& [track, run] : opened.written_by_track) {
    auto& written = (*wire.mutable_written_by_track())[track];
    written.set_first_dts(run.first_dts);
    written.set_last_dts(run.last_dts);
  }
  wire.set_instance(opened.instance);
  return wire;
}

flow::PublishOpened FromWire(const v1::PublishResponse::Opened& wire) {
  const auto& dts = wire.last_dts_by_track();
  flow::PublishOpened opened = {.resumed = wire.resumed(),
                                .last_dts_by_track = {dts.begin(), dts.end()},
                                .instance = wire.instance()};
  for (const auto& [track, run] : wire.written_by_track()) {
    opened.written_by_track[track] = {run.first_dts(), run.last_dts()};
  }
  return opened;
}

v1::PublishResponse::Lost ToWire(const flow::Lost& lost) {
  v1::PublishResponse::Lost wire;
  wire.set_reason(lost.reason);
  *wire.mutable_retry_in() = ToProto(lost.retry_in);
  wire.set_path_taken(lost.path_taken);
  return wire;
}

flow::Lost FromWire(const v1::PublishResponse::Lost& wire) {
  return {.reason = wire.reason(),
          .retry_in = FromProto(wire.retry_in()),
          .path_taken = wire.path_taken()};
}

// Puts each message of publish into the field that is its own.
struct ResponseWriter {
  void operator()(const flow::PublishOpened& opened) { *wire.mutable_opened() = ToWire(opened); }
  void operator()(const flow::Credit& credit) { *wire.mutable_credit() = rpc::ToWire(credit); }
  void operator()(const flow::WrittenThrough& written) {
    wire.mutable_written_through()->set_seq(written.seq);
    wire.mutable_written_through()->set_dropped(written.dropped);
  }
  void operator()(const flow::NeedKey& need) {
    wire.mutable_need_key()->set_reason(ToWire(need.reason));
  }
  void operator()(const flow::Online& online) {
    wire.mutable_online()->set_rtsp_url(online.rtsp_url);
    wire.mutable_online()->set_control_api(online.control_api);
  }
  void operator()(const flow::Lost& lost) { *wire.mutable_lost() = ToWire(lost); }
  void operator()(const flow::Superseded& superseded) {
    wire.mutable_superseded()->set_epoch(superseded.epoch);
  }
  void operator()(const flow::Draining&) { wire.mutable_draining(); }

  v1::PublishResponse wire;
};

}  // namespace

v1::PublishRequest PublishWire::Encode(const Up& message) {
  Request wire;
  std::visit(base::Overloaded{
                 [&](const flow::PublishOpen& open) { *wire.mutable_open() = ToWire(open); },
                 [&](const media::Message& m) { *wire.mutable_media() = rpc::ToWire(m); },
                 [&](const flow::PublishClose& close) {
                   wire.mutable_close()->set_mode(close.handover
                                                      ? v1::PublishRequest::Close::MODE_HANDOVER
                                                      : v1::PublishRequest::Close::MODE_STOP);
                 },
             },
             message);
  return wire;
}

absl::StatusOr<flow::PublishUp> PublishWire::Decode(Request wire) {
  switch (wire.kind_case()) {
    case Request::kOpen:
      return FromWire(wire.open());
    case Request::kMedia:
      return As<Up>(rpc::FromWire(std::move(*wire.mutable_media())));
    case Request::kClose:
      return flow::PublishClose{wire.close().mode() == v1::PublishRequest::Close::MODE_HANDOVER};
    case Request::KIND_NOT_SET:
      break;
  }
  return base::InvalidField("kind", "not set");
}

v1::PublishResponse PublishWire::Encode(const Down& message) {
  ResponseWriter writer;
  std::visit(writer, message);
  return std::move(writer.wire);
}

absl::StatusOr<flow::PublishDown> PublishWire::Decode(const Response& wire) {
  switch (wire.kind_case()) {
    case Response::kOpened:
      return FromWire(wire.opened());
    case Response::kCredit:
      return As<Down>(FromWire(wire.credit()));
    case Response::kWrittenThrough:
      return flow::WrittenThrough{wire.written_through().seq(), wire.written_through().dropped()};
    case Response::kNeedKey:
      return flow::NeedKey{FromWire(wire.need_key().reason())};
    case Response::kOnline:
      return flow::Online{wire.online().rtsp_url(), wire.online().control_api()};
    case Response::kLost:
      return FromWire(wire.lost());
    case Response::kSuperseded:
      return flow::Superseded{wire.superseded().epoch()};
    case Response::kDraining:
      return flow::Draining();
    case Response::KIND_NOT_SET:
      break;
  }
  return base::InvalidField("kind", "not set");
}

}  // namespace relayfleet::rpc
