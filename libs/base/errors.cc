// SPDX-License-Identifier: Apache-2.0

#include "libs/base/errors.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/limits.h"

namespace relayfleet::base {

using absl::StrCat;

std::string Quoted(absl::string_view text) {
  constexpr size_t kShown = 64;
  return StrCat("\"", absl::CHexEscape(text.substr(0, kShown)), text.size() > kShown ? "…" : "",
                "\"");
}

absl::Status InvalidKey(absl::string_view key, absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("key ", Quoted(key), ": ", why));
}
absl::Status InvalidField(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(StrCat(field, ": ", why));
}
absl::Status InvalidUrl(absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("URL: ", why));
}
absl::Status OutOfOrder(absl::string_view what) {
  return absl::InvalidArgumentError(StrCat("out of order: ", what));
}
absl::Status KeyAndTypeRequired() { return absl::InvalidArgumentError("key and type required"); }
absl::Status SourceUrlRequired() {
  return absl::InvalidArgumentError("source_url required for external_rtsp");
}
absl::Status UnknownRelayType(absl::string_view type) {
  return absl::InvalidArgumentError(StrCat("unknown type ", Quoted(type)));
}
absl::Status InvalidJson(absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("body is not valid JSON: ", why));
}
absl::Status BodyTooLarge(int64_t limit_bytes) {
  return absl::OutOfRangeError(StrCat("body larger than ", limit_bytes, " bytes"));
}
absl::Status TargetForbidden(absl::string_view why) {
  return absl::PermissionDeniedError(StrCat("URL not allowed: ", why));
}

absl::Status EmptyImage() { return absl::InvalidArgumentError("empty body"); }
absl::Status NotAJpeg(absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("not a JPEG: ", why));
}
absl::Status ImageTooLarge(int width, int height) {
  return absl::InvalidArgumentError(StrCat("picture of ", width, "x", height, " is larger than ",
                                           kMaxPixels / 1'000'000, " megapixels"));
}
absl::Status BadImage(absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("broken picture: ", why));
}

absl::Status RelayNotFound(absl::string_view key) {
  return absl::NotFoundError(StrCat("no relay ", Quoted(key)));
}
absl::Status RelayExists(absl::string_view key) {
  return absl::AlreadyExistsError(StrCat("relay ", Quoted(key), " exists with another spec"));
}
absl::Status NotAFramesRelay(absl::string_view key) {
  return absl::FailedPreconditionError(StrCat("relay ", Quoted(key), " takes no frames"));
}
absl::Status NotAnAnnexbRelay(absl::string_view key) {
  return absl::FailedPreconditionError(StrCat("relay ", Quoted(key), " takes no H.264"));
}
absl::Status PushedByAnother(absl::string_view key) {
  return absl::AbortedError(StrCat("relay ", Quoted(key), ": another caller pushes now"));
}
absl::Status PathInUse(absl::string_view key) {
  return absl::AlreadyExistsError(
      absl::StrCat("spec.mediamtx.path: relay ", Quoted(key), " is published there"));
}
absl::Status UdpPortInUse(int port, absl::string_view key) {
  return absl::AlreadyExistsError(
      StrCat("spec.rtp: relay ", Quoted(key), " receives on UDP port ", port, " already"));
}

absl::Status TooManyRelays(int limit) {
  return absl::ResourceExhaustedError(StrCat("already ", limit, " relays, the most there can be"));
}
absl::Status LowerEpoch(absl::string_view what, uint64_t given, uint64_t in_force) {
  return absl::FailedPreconditionError(
      StrCat(Quoted(what), ": epoch ", given, " is below ", in_force, ", which is in force"));
}
absl::Status SupersededBy(absl::string_view what, uint64_t epoch) {
  return absl::AbortedError(StrCat(Quoted(what), ": superseded by epoch ", epoch));
}
absl::Status QueueFull(absl::string_view what) {
  return absl::ResourceExhaustedError(StrCat(what, ": queue full"));
}

absl::Status NotServing() {
  return absl::UnavailableError("the service is starting or stopping; try again");
}
absl::Status PeerUnavailable(absl::string_view peer, absl::string_view why) {
  return absl::UnavailableError(StrCat(peer, " can't be reached: ", why));
}
absl::Status TookTooLong(absl::string_view what, absl::string_view limit) {
  return absl::DeadlineExceededError(StrCat(what, " took longer than ", limit));
}
absl::Status CannotListen(absl::string_view address, absl::string_view why) {
  return absl::FailedPreconditionError(StrCat("can't listen on ", address, ": ", why));
}
absl::Status BadSetting(absl::string_view name, absl::string_view why) {
  return absl::InvalidArgumentError(StrCat("setting ", name, ": ", why));
}

absl::Status RevisionMismatch(absl::string_view key, uint64_t expected, uint64_t actual) {
  return absl::AbortedError(
      StrCat(Quoted(key), " changed: revision ", actual, ", not ", expected, "; read it again"));
}
absl::Status NotTheOwner(absl::string_view key, uint64_t epoch, uint64_t in_force) {
  return absl::FailedPreconditionError(
      StrCat(Quoted(key), " is not claimed with epoch ", epoch, ", but ", in_force));
}
absl::Status StateUnwritable(absl::string_view path, absl::string_view why) {
  return absl::FailedPreconditionError(
      StrCat("state folder ", path, " can't be written: ", why,
             "; check that it belongs to this user and has free space"));
}
absl::Status StateInUse(absl::string_view path, absl::string_view holder) {
  return absl::FailedPreconditionError(
      StrCat("state folder ", path, " is in use by ", holder, "; give each process its own"));
}
absl::Status StateCorrupt(absl::string_view path, absl::string_view why) {
  return absl::DataLossError(
      StrCat("state in ", path, " is damaged: ", why,
             "; nothing was changed: restore a copy, or move the folder away to start empty"));
}
absl::Status StateTooNew(absl::string_view path, int version, int known) {
  return absl::FailedPreconditionError(StrCat("state in ", path, " has version ", version,
                                              ", this program knows ", known,
                                              ": a newer one wrote it"));
}

}  // namespace relayfleet::base
