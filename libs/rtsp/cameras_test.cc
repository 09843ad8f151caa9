// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "libs/rtsp/testing/camera_script.h"

// Plays each script that is named on the command line: cameras that misbehave, one to a file.
namespace relayfleet::rtsp {
namespace {

class CameraTest : public ::testing::Test {
 public:
  explicit CameraTest(std::string path) : path_(std::move(path)) {}

  void TestBody() override {
    std::ifstream file(path_);
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty()) << path_;
    testing::CameraScript(text.str()).Play();
  }

 private:
  const std::string path_;
};

// "tests/testdata/cameras/odd.camera" is the test Cameras.odd.
std::string NameOf(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return file.substr(0, file.rfind('.'));
}

}  // namespace
}  // namespace relayfleet::rtsp

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  using relayfleet::rtsp::CameraTest;
  for (const std::string& path : std::vector<std::string>(argv + 1, argv + argc)) {
    ::testing::RegisterTest(
        "Cameras", relayfleet::rtsp::NameOf(path).c_str(), nullptr, nullptr, __FILE__, __LINE__,
        [path]() -> ::testing::Test* { return new CameraTest(path); });  // NOLINT: gtest owns it
  }
  return RUN_ALL_TESTS();
}
