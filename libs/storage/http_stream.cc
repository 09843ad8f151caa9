// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/http_stream.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kTickMs = 50;
constexpr size_t kMaxHeaderBytes = 64 << 10;

// CURL and CURLM are both void: one deleter could not tell them apart.
struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyPtr = std::unique_ptr<CURL, EasyDeleter>;
using MultiPtr = std::unique_ptr<CURLM, MultiDeleter>;
using ListPtr = std::unique_ptr<curl_slist, ListDeleter>;

std::string AddressText(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* const bytes =
      address.sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  return inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr ? ""
                                                                                  : text.data();
}

}  // namespace

struct HttpStream::State {
  State(const base::SecretUrl& url, const std::vector<std::string>& lines, const HttpRules& rules);
  ~State() { curl_multi_remove_handle(multi.get(), easy.get()); }

  // Moves the transfer on until `enough()` or its end. OK: enough, or all came.
  template <typename Enough>
  absl::Status Drive(Enough enough);
  void Step();
  absl::Status ResultOf(CURLcode code);

  static size_t OnHeader(char* data, size_t one, size_t size, void* self);
  static size_t OnBody(char* data, size_t one, size_t size, void* self);
  static curl_socket_t OnSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  void TakeHeader(absl::string_view line);
  size_t buffered() const { return buffer.size() - taken; }

  const HttpRules rules;
  ListPtr headers;
  MultiPtr multi{curl_multi_init()};
  EasyPtr easy{curl_easy_init()};
  Answer answer;
  size_t header_bytes = 0;
  bool header_done = false;
  bool done = false;
  bool paused = false;
  absl::Status refused;  // by the address check
  absl::Status result;   // once done
  std::string buffer;    // of the body
  size_t taken = 0;      // of it
  SteadyClock::time_point last_progress = SteadyClock::now();
};

HttpStream::State::State(const base::SecretUrl& url, const std::vector<std::string>& lines,
                         const HttpRules& rules_in)
    : rules(rules_in) {
  for (const std::string& line : lines) {
    headers.reset(curl_slist_append(headers.release(), line.c_str()));
  }
  CURL* const handle = easy.get();
  curl_easy_setopt(handle, CURLOPT_URL, url.Reveal().c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A proxy of the environment would be dialled in place of what was checked.
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "relayfleet");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(rules.connect_timeout)));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &OnSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_multi_add_handle(multi.get(), handle);
}

size_t HttpStream::State::OnHeader(char* data, size_t /*one*/, size_t size, void* self) {
  State& state = *static_cast<State*>(self);
  state.header_bytes += size;
  if (state.header_bytes > kMaxHeaderBytes) return 0;
  state.last_progress = SteadyClock::now();
  state.TakeHeader(absl::string_view(data, size));
  return size;
}

void HttpStream::State::TakeHeader(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (absl::StartsWith(line, "HTTP/")) {
    answer = Answer();
    return;
  }
  if (line.empty()) {
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    header_done = status >= 200;
    return;
  }
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return;
  const std::string name = absl::AsciiStrToLower(line.substr(0, colon));
  const absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (name == "etag") answer.etag = std::string(value);
  if (name == "x-amz-bucket-region") answer.region_hint = std::string(value);
  if (name == "content-length" && answer.total < 0) {
    if (!absl::SimpleAtoi(value, &answer.total)) answer.total = -1;
  }
  if (name != "content-range" || !absl::StartsWith(value, "bytes ")) return;
  // "bytes 0-99/1234", "bytes */1234"
  const absl::string_view range = value.substr(6);
  if (!absl::SimpleAtoi(range.substr(0, range.find('-')), &answer.first)) answer.first = 0;
  const size_t slash = range.find('/');
  if (slash == absl::string_view::npos ||
      !absl::SimpleAtoi(range.substr(slash + 1), &answer.total)) {
    answer.total = -1;
  }
}

size_t HttpStream::State::OnBody(char* data, size_t /*one*/, size_t size, void* self) {
  State& state = *static_cast<State*>(self);
  if (state.buffered() >= state.rules.window) {
    state.paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  state.last_progress = SteadyClock::now();
  state.buffer.erase(0, std::exchange(state.taken, 0));
  state.buffer.append(data, size);
  return size;
}

// The address that is checked is the one that is dialled.
curl_socket_t HttpStream::State::OnSocket(void* self, curlsocktype /*purpose*/,
                                          curl_sockaddr* address) {
  State& state = *static_cast<State*>(self);
  if (state.rules.address_check) {
    absl::Status allowed = state.rules.address_check(AddressText(address->addr));
    if (!allowed.ok()) {
      state.refused = std::move(allowed);
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

template <typename Enough>
absl::Status HttpStream::State::Drive(Enough enough) {
  while (!enough() && !done) {
    if (rules.stop != nullptr && *rules.stop) return absl::CancelledError("stopped");
    Step();
  }
  return enough() ? absl::OkStatus() : result;
}

void HttpStream::State::Step() {
  if (std::exchange(paused, false)) curl_easy_pause(easy.get(), CURLPAUSE_CONT);
  int running = 0;
  curl_multi_perform(multi.get(), &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    done = true;
    result = ResultOf(message->data.result);
  }
  if (done || buffered() > 0 || paused) return;
  const auto idle = absl::FromChrono(SteadyClock::now() - last_progress);
  if (idle > rules.stall_timeout) {
    done = true;
    result = absl::DeadlineExceededError("the server sends nothing");
    return;
  }
  curl_multi_poll(multi.get(), nullptr, 0, kTickMs, nullptr);
}

absl::Status HttpStream::State::ResultOf(CURLcode code) {
  if (code == CURLE_OK) return absl::OkStatus();
  if (!refused.ok()) return refused;
  const std::string text = curl_easy_strerror(code);
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(text);
  return absl::UnavailableError(text);
}

absl::StatusOr<std::unique_ptr<HttpStream>> HttpStream::Get(const base::SecretUrl& url,
                                                            const std::vector<std::string>& headers,
                                                            const HttpRules& rules) {
  auto state = std::make_unique<State>(url, headers, rules);
  if (absl::Status driven = state->Drive([&] { return state->header_done; }); !driven.ok()) {
    return driven;
  }
  const char* redirect = nullptr;
  curl_easy_getinfo(state->easy.get(), CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) state->answer.redirect = redirect;
  return std::unique_ptr<HttpStream>(new HttpStream(std::move(state)));
}

HttpStream::HttpStream(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpStream::~HttpStream() = default;

const HttpStream::Answer& HttpStream::answer() const { return state_->answer; }

absl::StatusOr<size_t> HttpStream::Read(char* out, size_t size) {
  // Its last bytes are given before an error that followed them.
  state_->last_progress = SteadyClock::now();
  const absl::Status driven = state_->Drive([&] { return state_->buffered() > 0; });
  if (state_->buffered() == 0 && !driven.ok()) return driven;
  const size_t taken = std::min(size, state_->buffered());
  memcpy(out, state_->buffer.data() + state_->taken, taken);
  state_->taken += taken;
  return taken;
}

}  // namespace relayfleet::storage
