// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/api_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace relayfleet::mediamtx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ApiJson, ReadsAPathOfThisGeneration) {
  const auto path = ParsePath(R"({"name":"a/b","confName":"all_others","ready":true,
      "available":true,"online":true,"source":{"type":"rtspSession","id":"x"},
      "tracks":["H264"],"tracks2":[{"codec":"H264","codecProps":{}}],
      "readers":[{"type":"rtspSession","id":"1"},{"type":"webRTCSession","id":"2"}],
      "inboundBytes":1234,"bytesReceived":1234})");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(path->name, "a/b");
  EXPECT_TRUE(path->online);
  EXPECT_THAT(path->codecs, ElementsAre("H264"));
  EXPECT_EQ(path->readers, 2);
  EXPECT_EQ(path->inbound_bytes, 1234u);
}

TEST(ApiJson, ReadsAPathOfTheOlderGeneration) {
  const auto path = ParsePath(
      R"({"name":"cam","ready":true,"tracks":["H264","MPEG-4 Audio"],"readers":[],
          "bytesReceived":99})");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_TRUE(path->online);
  EXPECT_THAT(path->codecs, ElementsAre("H264", "MPEG-4 Audio"));
  EXPECT_EQ(path->inbound_bytes, 99u);
}

TEST(ApiJson, AnAlwaysAvailablePathWithoutPublisherIsNotOnline) {
  const auto path = ParsePath(R"({"name":"cam","ready":true,"available":true,"online":false})");
  ASSERT_TRUE(path.ok());
  EXPECT_FALSE(path->online);
}

TEST(ApiJson, OnlyRtspSessionsThatPlayAreReading) {
  const auto page = ParseSessionPage(SessionKind::kRtsp, R"({"itemCount":3,"pageCount":2,"items":[
      {"id":"1","state":"read","path":"a"},{"id":"2","state":"publish","path":"a"},
      {"id":"3","state":"idle","path":""}]})");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->page_count, 2);
  EXPECT_THAT(page->sessions, ElementsAre(Session{"1", "a", true}, Session{"2", "a", false},
                                          Session{"3", "", false}));
}

TEST(ApiJson, WebrtcReadersCountOnceThePeersAreConnected) {
  const auto page = ParseSessionPage(SessionKind::kWebrtc, R"({"pageCount":1,"items":[
      {"id":"1","state":"read","path":"a","peerConnectionEstablished":false},
      {"id":"2","state":"read","path":"a","peerConnectionEstablished":true}]})");
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->sessions, ElementsAre(Session{"1", "a", false}, Session{"2", "a", true}));
}

TEST(ApiJson, FieldsOfOddTypesCountAsAbsent) {
  const auto path = ParsePath(
      R"({"name":5,"online":"yes","tracks2":[7,{"codec":null}],"readers":{},"inboundBytes":-1})");
  ASSERT_TRUE(path.ok());
  EXPECT_EQ(path->name, "");
  EXPECT_FALSE(path->online);
  EXPECT_EQ(path->readers, 0);
  EXPECT_EQ(path->inbound_bytes, 0u);
  EXPECT_TRUE(ParseSessionPage(SessionKind::kRtsp, R"({"items":[1,null,{"id":[]}]})").ok());
}

TEST(ApiJson, WhatIsNotMediaMtxsJsonIsInternal) {
  const std::string deep(100000, '[');
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{"), std::string("<html>"),
        std::string("{\"a\":\xff}"), deep,
        "{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}"}) {
    EXPECT_EQ(ParsePath(text).status().code(), absl::StatusCode::kInternal);
  }
  EXPECT_EQ(ParseSessionPage(SessionKind::kRtsp, "{}").status().code(),
            absl::StatusCode::kInternal);
}

TEST(ApiJson, ErrorsKeepMediaMtxsWordsAndGetACode) {
  const auto refused = ErrorOf(400, R"({"status":"error","error":"path already exists"})");
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("path already exists"));
  EXPECT_TRUE(absl::IsNotFound(ErrorOf(404, "404 page not found")));
  EXPECT_THAT(std::string(ErrorOf(404, "").message()), HasSubstr("404"));
  EXPECT_TRUE(absl::IsUnauthenticated(ErrorOf(401, "{}")));
  EXPECT_TRUE(absl::IsUnavailable(ErrorOf(503, "")));
  EXPECT_TRUE(absl::IsInternal(ErrorOf(500, "")));
}

}  // namespace
}  // namespace relayfleet::mediamtx
