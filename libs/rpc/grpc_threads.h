// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_GRPC_THREADS_H_
#define RELAYFLEET_LIBS_RPC_GRPC_THREADS_H_

#include <memory>

namespace relayfleet::rpc {

// How gRPC uses the threads of this process (docs/adr/0014). Its callback API has at least two
// threads that wait for sockets; each event that one takes wakes another to wait in its place,
// which costs more than the event does. And each of them sleeps for 100 ms after a second without
// an event, so that a frame after a pause may find nobody awake.
//
// While this lives, half of these threads (all but one on up to seven cores) are kept in a reaction
// that does not return, and the others are given something to do before they fall asleep. It also
// turns off, for good, the search for deadlocks in Abseil's locks, which Debian's build of Abseil
// makes at each of gRPC's.
//
// Made by main before everything that uses gRPC, and destroyed after it; one per process.
class GrpcThreads {
 public:
  // Takes effect within milliseconds.
  GrpcThreads();
  // Gives the threads back; waits until they are free.
  ~GrpcThreads();
  GrpcThreads(const GrpcThreads&) = delete;
  GrpcThreads& operator=(const GrpcThreads&) = delete;

 private:
  class Nowhere;
  std::unique_ptr<Nowhere> nowhere_;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_GRPC_THREADS_H_
