#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include what: dependencies point one way, and few files see gRPC, libav or flags."""
import re
import sys

from tree import ROOT, cpp_files, is_test

# The one table of the dependency direction: a room includes itself and rooms below it.
ROWS = [
    ["services"],
    ["libs/rpc", "libs/http", "libs/av", "libs/rtsp", "libs/state", "libs/storage", "libs/mediamtx", "libs/telemetry"],
    ["libs/flow", "libs/rtp"],
    ["libs/media"],
    ["libs/base"],
]
# Sideways, in one row: (who, whom).
SIDEWAYS: set[tuple[str, str]] = set()
# The only service that may know the others: it is all of them in one process.
ALL_IN_ONE = "services/standalone"
# What all services may use.
COMMON = "services/common"

# (what, header, who may include it). A service's reactors are its service.cc in parts;
# flag_env.cc gives every flag its variable.
RESERVED = [
    ("gRPC", re.compile(r"grpcpp/|grpc/|.*\.grpc\.pb\.h$"),
     re.compile(r"libs/rpc/|services/gateway/|tools/relayctl/|(services/\w+/)?(.*/)?(service\.(cc|h)|\w+_reactor\.(cc|h)|main\.cc)$")),
    ("libav and TurboJPEG", re.compile(r"lib(av\w+|sw\w+)/|turbojpeg\.h$|jpeglib\.h$"), re.compile(r"libs/av/")),
    ("flags", re.compile(r"absl/flags/"), re.compile(r"(.*/)?(\w+_)?config\.cc$|libs/base/flag_env\.cc$|tools/")),
]
# main.cc hands argc and argv over, no more.
_PARSE = re.compile(r"absl/flags/(parse|usage|usage_config)\.h$")
# MediaMTX tells its hooks by the environment what happened.
_ENVIRONMENT = re.compile(RESERVED[2][2].pattern + r"|libs/mediamtx/notifier/main\.cc$")
_GETENV = re.compile(r"\b(secure_)?getenv\s*\(")
_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def room(path: str) -> str:
    """"libs/flow" or "services/ingest"; "" for what is not in the table."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("libs", "services") and len(parts) > 2 else ""


def row(of: str) -> int | None:
    name = "services" if of.startswith("services/") else of
    return next((i for i, names in enumerate(ROWS) if name in names), None)


def direction(path: str, header: str) -> str | None:
    me, other = room(path), room(header)
    if not me or not other or me == other:
        return None
    if row(me) is None or row(other) is None:
        return f"{me if row(me) is None else other} is not in the table of tools/lint/layers.py"
    if row(me) < row(other) or (me, other) in SIDEWAYS:
        return None
    if row(me) == row("services/any") == row(other) and (other == COMMON or me == ALL_IN_ONE):
        return None
    return f"{me} may not depend on {other}"


def findings(path: str, text: str) -> list[str]:
    wrong = []
    for header in _INCLUDE.findall(text):
        # Tests may stand on their own layer's fakes, but point down as well.
        if (problem := direction(path, header)) and not path.startswith("tests/"):
            wrong.append(f"{path}: includes {header}: {problem}")
        for what, pattern, who in RESERVED:
            if pattern.match(header) and not who.match(path) and not is_test(path):
                if not (path.endswith("/main.cc") and _PARSE.match(header)):
                    wrong.append(f"{path}: includes {header}: {what}: not for here")
    if _GETENV.search(text) and not _ENVIRONMENT.match(path) and not is_test(path):
        wrong.append(f"{path}: reads the environment, which only config.cc does")
    return wrong


def main() -> int:
    wrong = [w for path in cpp_files() for w in findings(path, (ROOT / path).read_text())]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
