#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""listen.py MODE PORT: stands in for MediaMTX in child_test.

serve: says "listening", takes connections until a signal ends it; deaf: as serve, but SIGTERM is
ignored; fail: says why and exits with status 3.
"""

import os
import signal
import socket
import sys

mode, port = sys.argv[1], int(sys.argv[2])
if mode == "fail":
    print("it went wrong", file=sys.stderr)
    sys.exit(3)
if mode == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port))
server.listen()
print("listening", os.getpid(), os.getpgid(0), flush=True)
while True:
    server.accept()[0].close()
