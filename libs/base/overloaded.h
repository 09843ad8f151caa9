// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_OVERLOADED_H_
#define RELAYFLEET_LIBS_BASE_OVERLOADED_H_

namespace relayfleet::base {

// One visitor out of lambdas, one per alternative: std::visit(Overloaded{…}, variant). An
// alternative without its lambda does not compile.
template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_OVERLOADED_H_
