// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_ERRORS_H_
#define RELAYFLEET_LIBS_BASE_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// The one catalogue of errors that users see: code and text of each. gRPC gives both as they are,
// REST makes its HTTP status from the code. Text that came from a caller is escaped and shortened,
// so no answer or log line can be forged through it.
namespace relayfleet::base {

// `text` in double quotes, at most 64 bytes of it, with everything but printable ASCII escaped.
std::string Quoted(absl::string_view text);

// --- requests ------------------------------------------------------------------------------------

// INVALID_ARGUMENT "key "<key>": <why>".
absl::Status InvalidKey(absl::string_view key, absl::string_view why);
// INVALID_ARGUMENT "<field>: <why>". `field` as in the proto, e.g. "spec.output.width".
absl::Status InvalidField(absl::string_view field, absl::string_view why);
// INVALID_ARGUMENT. Never shows the URL: it may hold a password.
absl::Status InvalidUrl(absl::string_view why);
// INVALID_ARGUMENT. A message that the protocol has no place for at this point.
absl::Status OutOfOrder(absl::string_view what);
// INVALID_ARGUMENT "key and type required" (robot relay API).
absl::Status KeyAndTypeRequired();
// INVALID_ARGUMENT "source_url required for external_rtsp" (robot relay API).
absl::Status SourceUrlRequired();
// INVALID_ARGUMENT "unknown type <type>" (robot relay API).
absl::Status UnknownRelayType(absl::string_view type);
// INVALID_ARGUMENT "body is not valid JSON: <why>".
absl::Status InvalidJson(absl::string_view why);
// OUT_OF_RANGE, and the only error of this code: HTTP answers it with 413.
absl::Status BodyTooLarge(int64_t limit_bytes);
// PERMISSION_DENIED. The URL policy refuses a target or source.
absl::Status TargetForbidden(absl::string_view why);

// --- pictures ------------------------------------------------------------------------------------

// INVALID_ARGUMENT "empty body".
absl::Status EmptyImage();
// INVALID_ARGUMENT "not a JPEG: <why>".
absl::Status NotAJpeg(absl::string_view why);
// INVALID_ARGUMENT. Width and height as the picture's header claims.
absl::Status ImageTooLarge(int width, int height);
// INVALID_ARGUMENT. It looked like a JPEG, but no decoder takes it.
absl::Status BadImage(absl::string_view why);

// --- relays --------------------------------------------------------------------------------------

// NOT_FOUND.
absl::Status RelayNotFound(absl::string_view key);
// ALREADY_EXISTS. The key lives with another spec.
absl::Status RelayExists(absl::string_view key);
// FAILED_PRECONDITION. The relay takes no pushed pictures.
absl::Status NotAFramesRelay(absl::string_view key);
// FAILED_PRECONDITION. The relay takes no pushed H.264.
absl::Status NotAnAnnexbRelay(absl::string_view key);
// ABORTED. Another caller pushes into the relay now.
absl::Status PushedByAnother(absl::string_view key);
// ALREADY_EXISTS. Another relay is published there.
absl::Status PathInUse(absl::string_view key);
// ALREADY_EXISTS. Another relay receives RTP there.
absl::Status UdpPortInUse(int port, absl::string_view key);

// RESOURCE_EXHAUSTED.
absl::Status TooManyRelays(int limit);
// FAILED_PRECONDITION. A session came with an epoch below the one in force.
absl::Status LowerEpoch(absl::string_view what, uint64_t given, uint64_t in_force);
// ABORTED. A session was replaced by one of a higher epoch.
absl::Status SupersededBy(absl::string_view what, uint64_t epoch);
// RESOURCE_EXHAUSTED. A peer sent more than its credits, or a queue towards it is full.
absl::Status QueueFull(absl::string_view what);

// --- services ------------------------------------------------------------------------------------

// UNAVAILABLE. The service starts or stops.
absl::Status NotServing();
// UNAVAILABLE. A stage or server that is needed can't be reached now.
absl::Status PeerUnavailable(absl::string_view peer, absl::string_view why);
// DEADLINE_EXCEEDED "<what> took longer than <limit>".
absl::Status TookTooLong(absl::string_view what, absl::string_view limit);
// FAILED_PRECONDITION. `address` can't be listened on.
absl::Status CannotListen(absl::string_view address, absl::string_view why);
// INVALID_ARGUMENT. A flag or environment variable, `name` as the user wrote it.
absl::Status BadSetting(absl::string_view name, absl::string_view why);

// --- state ---------------------------------------------------------------------------------------

// ABORTED. Somebody changed the record since `expected`.
absl::Status RevisionMismatch(absl::string_view key, uint64_t expected, uint64_t actual);
// FAILED_PRECONDITION. The claim of `epoch` is not the one in force (0: there is none).
absl::Status NotTheOwner(absl::string_view key, uint64_t epoch, uint64_t in_force);
// FAILED_PRECONDITION. Says what to check: folder, owner, space.
absl::Status StateUnwritable(absl::string_view path, absl::string_view why);
// FAILED_PRECONDITION. Another process has it.
absl::Status StateInUse(absl::string_view path, absl::string_view holder);
// DATA_LOSS. It is left as it is, for the user to save.
absl::Status StateCorrupt(absl::string_view path, absl::string_view why);
// FAILED_PRECONDITION. A newer version wrote it.
absl::Status StateTooNew(absl::string_view path, int version, int known);

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_ERRORS_H_
