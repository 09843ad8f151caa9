// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/newest_slot.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

TEST(NewestSlot, NewestWinsAndCounts) {
  NewestSlot<int> slot;
  EXPECT_EQ(slot.Put(1), std::nullopt);
  EXPECT_EQ(slot.Put(2), 1);
  EXPECT_EQ(slot.Put(3), 2);
  EXPECT_EQ(slot.superseded(), 2u);
  EXPECT_EQ(slot.Take(), 3);
  EXPECT_EQ(slot.Take(), std::nullopt);
  EXPECT_TRUE(slot.empty());
}

TEST(NewestSlot, WhatWasTakenIsNotSuperseded) {
  NewestSlot<int> slot;
  EXPECT_EQ(slot.Put(1), std::nullopt);
  EXPECT_EQ(slot.Take(), 1);
  EXPECT_EQ(slot.Put(2), std::nullopt);
  EXPECT_EQ(slot.superseded(), 0u);
}

TEST(NewestSlot, HoldsMoveOnlyValues) {
  NewestSlot<std::unique_ptr<int>> slot;
  ASSERT_FALSE(slot.Put(std::make_unique<int>(7)).has_value());
  EXPECT_EQ(**slot.Take(), 7);
}

}  // namespace
}  // namespace relayfleet::flow
