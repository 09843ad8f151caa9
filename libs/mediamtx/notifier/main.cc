// SPDX-License-Identifier: Apache-2.0

// mediamtx_notifier PORT: sends $MTX_PATH in one UDP datagram to 127.0.0.1:PORT. MediaMTX runs it
// at each new reader (runOnRead). It uses nothing but the C library: a viewer waits for it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  const char* path = getenv("MTX_PATH");
  const long port = argc == 2 ? strtol(argv[1], nullptr, 10) : 0;
  if (path == nullptr || port < 1 || port > 65535) {
    fputs("usage: MTX_PATH=path mediamtx_notifier PORT\n", stderr);
    return 2;
  }
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<in_port_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 ||
      sendto(fd, path, strlen(path), 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) < 0) {
    perror("mediamtx_notifier");
    return 1;
  }
  return 0;
}
