// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/status.h"

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace relayfleet::rpc {
namespace {

constexpr char kUrl[] = "type.googleapis.com/google.rpc.PreconditionFailure";

TEST(Status, OkIsOk) {
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(Status, CodesAndMessagesAreKept) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status wire = ToGrpc(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(FromGrpc(wire), status);
  }
}

TEST(Status, DetailsTravel) {
  google::rpc::PreconditionFailure failure;
  failure.add_violations()->set_type("NOT_OWNER");
  absl::Status status = absl::FailedPreconditionError("not the owner");
  status.SetPayload(kUrl, absl::Cord(failure.SerializeAsString()));

  const grpc::Status wire = ToGrpc(status);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(wire.error_details()));
  google::rpc::PreconditionFailure received;
  ASSERT_TRUE(details.details(0).UnpackTo(&received));
  EXPECT_EQ(received.violations(0).type(), "NOT_OWNER");
  EXPECT_EQ(FromGrpc(wire), status);
}

TEST(Status, PrivatePayloadsStayInTheProcess) {
  absl::Status status = absl::InternalError("x");
  status.SetPayload("relayfleet/stack", absl::Cord("secret"));
  EXPECT_EQ(ToGrpc(status).error_details(), "");
}

TEST(Status, UnreadableDetailsAreLeftOut) {
  const grpc::Status wire(grpc::StatusCode::ABORTED, "x", "\xff\xff\xff");
  EXPECT_EQ(FromGrpc(wire), absl::AbortedError("x"));
}

}  // namespace
}  // namespace relayfleet::rpc
