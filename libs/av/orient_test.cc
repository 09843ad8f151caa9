// SPDX-License-Identifier: Apache-2.0

#include "libs/av/orient.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace relayfleet::av {
namespace {

// Turns "ab" over "cd" over "ef" and returns the rows, joined by "/".
std::string Turned(int orientation) {
  std::string stored = "abcdef";
  const PlaneView in{reinterpret_cast<uint8_t*>(stored.data()), 2, 2, 3};
  const int width = SwapsSides(orientation) ? 3 : 2, height = SwapsSides(orientation) ? 2 : 3;
  std::vector<uint8_t> upright(6);
  OrientPlane(in, orientation, PlaneView{upright.data(), width, width, height});
  std::string text;
  for (int i = 0; i < 6; ++i) {
    if (i > 0 && i % width == 0) text += "/";
    text += static_cast<char>(upright[i]);
  }
  return text;
}

TEST(Orient, FollowsExif) {
  EXPECT_EQ(Turned(1), "ab/cd/ef");
  EXPECT_EQ(Turned(2), "ba/dc/fe");  // mirrored
  EXPECT_EQ(Turned(3), "fe/dc/ba");  // by 180 degrees
  EXPECT_EQ(Turned(4), "ef/cd/ab");  // upside down
  EXPECT_EQ(Turned(5), "ace/bdf");   // transposed
  EXPECT_EQ(Turned(6), "eca/fdb");   // a quarter clockwise
  EXPECT_EQ(Turned(7), "fdb/eca");
  EXPECT_EQ(Turned(8), "bdf/ace");  // a quarter counter-clockwise
}

}  // namespace
}  // namespace relayfleet::av
