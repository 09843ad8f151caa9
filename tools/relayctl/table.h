// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_TABLE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_TABLE_H_

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace relayfleet::relayctl {

// Rows of text in aligned columns; the first row is the heading.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { Add(std::move(heading)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void Print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_TABLE_H_
