#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules for every file: no package registry's host, no path of one machine, a licence
line in sources, include guards that match the path."""
import re
import sys

from tree import ROOT, tracked

# Registries are a machine's setting (apt, pip, npm, Go), not ours: mirrors would break.
_HOSTS = re.compile(r"\b(registry[.]npmjs[.]org|pypi[.]org|pythonhosted[.]org|(proxy|sum)[.]golang[.]org"
                    r"|(deb|security|ftp)[.]debian[.]org|crates[.]io|rubygems[.]org|repo1?[.]maven[.]\w+)\b")
_MACHINE = re.compile(r"(?<![\w.$}/~-])/(work|root|Users)/\w")
_SPDX = "SPDX-License-Identifier: Apache-2.0"
_SOURCE = re.compile(r"\.(cc|h|proto|py|sh)$")


def guard(path: str) -> str:
    return "RELAYFLEET_" + re.sub(r"\W", "_", path).upper() + "_"


def findings(path: str, text: str) -> list[str]:
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HOSTS.search(line):
            wrong.append(f"{path}:{number}: names the registry host {match[0]}")
        if match := _MACHINE.search(line):
            wrong.append(f"{path}:{number}: a path of one machine: {match[0]}…")
    if _SOURCE.search(path) or text.startswith("#!"):
        if _SPDX not in "\n".join(text.splitlines()[:2]):
            wrong.append(f"{path}: the line '{_SPDX}' is not at its top")
    if path.endswith(".h") and not re.search(rf"^#ifndef {guard(path)}\n#define {guard(path)}$", text, re.M):
        wrong.append(f"{path}: its include guard is not {guard(path)}")
    return wrong


def main() -> int:
    wrong = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue  # pictures, fuzz corpora
        wrong += findings(path, text)
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
