// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_SERVER_H_
#define RELAYFLEET_LIBS_RPC_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"

namespace relayfleet::rpc {

// A gRPC server with everything around the services: health (of each service by its full name,
// and of the whole as ""), reflection, message sizes, keepalive that finds dead clients, and an
// orderly end. Thread-safe.
class Server {
 public:
  struct Options {
    // "ADDRESS:PORT"; port 0 picks a free one. A port that is taken is an error. Empty: reached
    // through InProcessChannel() alone.
    std::string listen = "127.0.0.1:0";
    // Not owned; outlive the server.
    std::vector<grpc::Service*> services;
    // Full names for the health service, e.g. "relayfleet.publish.v1.PublishService".
    std::vector<std::string> names;
    // Largest message either way.
    int max_message_bytes = 16 << 20;
    // Serves grpc.channelz.v1, for debugging.
    bool channelz = false;
  };

  // Listens and serves; health says SERVING.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options);
  // Drains with no grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The real port.
  int port() const { return port_; }

  // What the health service says, of all services.
  void SetServing(bool serving);

  // A channel to this server without a socket.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Not serving any more; takes no new calls, lets the running ones finish until `grace` has
  // passed, then cancels them. Blocks until all are gone. Once.
  void Drain(absl::Duration grace);

 private:
  Server(std::unique_ptr<grpc::Server> server, int port, const Options& options);

  const int port_;
  const std::vector<std::string> names_;
  const int max_message_bytes_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_SERVER_H_
