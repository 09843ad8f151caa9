// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_changes.h"

#include <set>
#include <utility>

namespace relayfleet::ingest {
namespace {

using relay::v1::Relay;
using relay::v1::WatchRelaysResponse;

// All of a relay but the figures, which change all the time.
std::string StateOf(Relay relay) {
  relay::v1::RelayStatus& status = *relay.mutable_status();
  status.clear_uptime();
  status.clear_frames_in();
  status.clear_frames_out();
  status.clear_frames_repeated();
  status.clear_drops();
  status.clear_fps_in();
  status.clear_fps_out();
  status.clear_last_frame_time();
  status.clear_latency();
  status.clear_source_lost();
  status.clear_source_dropped();
  return relay.SerializeAsString();
}

WatchRelaysResponse News(Relay relay) {
  WatchRelaysResponse response;
  *response.mutable_relay() = std::move(relay);
  return response;
}

WatchRelaysResponse Deleted(Relay relay) {
  relay.mutable_status()->set_state(relay::v1::RELAY_STATE_STOPPED);
  relay.mutable_status()->set_ready(false);
  WatchRelaysResponse response = News(std::move(relay));
  response.set_deleted(true);
  return response;
}

}  // namespace

std::vector<WatchRelaysResponse> RelayChanges::Next(std::vector<Relay> relays, absl::Duration now) {
  std::vector<WatchRelaysResponse> news;
  std::set<std::string> alive;
  for (Relay& relay : relays) {
    const std::string key = relay.key();
    alive.insert(key);
    std::string state = StateOf(relay);
    const auto told = told_.find(key);
    if (told != told_.end() && told->second.state == state && now < told->second.at + kFigures) {
      continue;
    }
    news.push_back(News(relay));
    told_[key] = {std::move(relay), std::move(state), now};
  }
  for (auto it = told_.begin(); it != told_.end();) {
    if (alive.contains(it->first)) {
      ++it;
    } else {
      news.push_back(Deleted(std::move(it->second.relay)));
      it = told_.erase(it);
    }
  }
  if (!std::exchange(synced_, true)) news.emplace_back().set_synced(true);
  return news;
}

}  // namespace relayfleet::ingest
