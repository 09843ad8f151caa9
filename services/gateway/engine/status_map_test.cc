// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/status_map.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace relayfleet::gateway {
namespace {

TEST(StatusMap, CodesBecomeStatuses) {
  EXPECT_EQ(HttpStatus(grpc::StatusCode::OK), 200);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::INVALID_ARGUMENT), 400);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::PERMISSION_DENIED), 403);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::NOT_FOUND), 404);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::ALREADY_EXISTS), 409);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::OUT_OF_RANGE), 413);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::RESOURCE_EXHAUSTED), 429);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::UNIMPLEMENTED), 501);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::UNAVAILABLE), 503);
  EXPECT_EQ(HttpStatus(grpc::StatusCode::DEADLINE_EXCEEDED), 504);
  EXPECT_EQ(HttpStatus(static_cast<grpc::StatusCode>(99)), 500);
}

TEST(StatusMap, ErrorShapes) {
  const grpc::Status status(grpc::StatusCode::NOT_FOUND, "no \"a\"");
  EXPECT_EQ(ErrorResponse(rest::v1::ERROR_SHAPE_ERROR, status).body, R"({"error":"no \"a\""})");
  const auto rpc = ErrorResponse(rest::v1::ERROR_SHAPE_UNSPECIFIED, status);
  EXPECT_EQ(rpc.status, 404);
  EXPECT_EQ(rpc.body, R"({"code":5,"message":"no \"a\"","details":[]})");
}

TEST(StatusMap, DetailsAreShown) {
  google::rpc::BadRequest info;
  info.add_field_violations()->set_field("key");
  google::rpc::Status details;
  details.add_details()->PackFrom(info);
  auto* unknown = details.add_details();
  unknown->set_type_url("type.googleapis.com/not.Known");
  unknown->set_value("x");
  const grpc::Status status(grpc::StatusCode::FAILED_PRECONDITION, "elsewhere",
                            details.SerializeAsString());
  EXPECT_EQ(
      ErrorResponse(rest::v1::ERROR_SHAPE_RPC_STATUS, status).body,
      R"({"code":9,"message":"elsewhere","details":[)"
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"key"}]}]})");
}

TEST(StatusMap, WhatHttpFindsWrongKeepsItsStatus) {
  const auto large = ErrorWriterOf(rest::v1::ERROR_SHAPE_RPC_STATUS)(413, "too large");
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(large.body, R"({"code":11,"message":"too large","details":[]})");
  EXPECT_EQ(ErrorWriterOf(rest::v1::ERROR_SHAPE_RPC_STATUS)(405, "no").body,
            R"({"code":12,"message":"no","details":[]})");
  EXPECT_EQ(ErrorWriterOf(rest::v1::ERROR_SHAPE_ERROR)(431, "no").status, 431);
}

}  // namespace
}  // namespace relayfleet::gateway
