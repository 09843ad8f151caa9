// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/stage.h"

#include <utility>

#include "services/transcode/session.h"
#include "services/transcode/session_registry.h"

namespace relayfleet::transcode {

TranscodeStageImpl::TranscodeStageImpl(const Options& options, base::Runtime* control,
                                       base::Runtime* codec, av::CodecFactory* codecs,
                                       EncoderCatalog* encoders, Observer* observer)
    : instance_(options.instance),
      control_(control),
      codec_(codec),
      codecs_(codecs),
      encoders_(encoders),
      observer_(observer),
      registry_(std::make_shared<SessionRegistry>(options.max_sessions, &control->clock())) {}

TranscodeStageImpl::~TranscodeStageImpl() {
  for (const auto& session : registry_->Clear()) {
    session->Abort(absl::UnavailableError("this instance stops"));
  }
}

void TranscodeStageImpl::Attach(std::unique_ptr<flow::TranscodePipe> pipe) {
  const absl::StatusOr<uint64_t> id = registry_->Reserve();
  if (!id.ok()) {
    observer_->OnRefused("", id.status());
    pipe->Close(id.status());
    return;
  }
  TranscodeSession::Dependencies dependencies;
  dependencies.control = control_->NewStrand();
  dependencies.codec = codec_->NewStrand();
  dependencies.codecs = codecs_;
  dependencies.encoders = encoders_;
  dependencies.observer = observer_;
  dependencies.instance = instance_;
  dependencies.admit = [registry = registry_, id = *id](const flow::TranscodeOpen& open) {
    return registry->Admit(id, open);
  };
  dependencies.on_end = [registry = registry_, id = *id] { registry->Remove(id); };
  auto session = std::make_shared<TranscodeSession>(std::move(pipe), std::move(dependencies));
  registry_->Add(*id, session);
  encoders_->Await([weak = std::weak_ptr(session)] {
    if (auto session = weak.lock()) session->Start();
  });
}

void TranscodeStageImpl::Drain() {
  for (const auto& session : registry_->Drain()) session->Drain();
}

int TranscodeStageImpl::sessions() const { return registry_->size(); }

}  // namespace relayfleet::transcode
