#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy-19 on the changed .cc files: since origin/main, or in the last 20 commits
when there is nothing newer. Bounded, and says what it left out; --all takes every file."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

from tree import ROOT, cpp_files, is_test

MAX_FILES = 25
MAX_SECONDS = 420
JOBS = 2


def git(*args: str) -> str:
    return subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def base() -> str:
    """The commit to compare with; "" for all of the history."""
    fork = git("merge-base", "origin/main", "HEAD")
    if fork and fork != git("rev-parse", "HEAD"):
        return fork
    return git("rev-parse", "--verify", "--quiet", "HEAD~20")


def changed() -> list[str]:
    """Changed files, newest first: they are the likelier to be wrong."""
    since = base()
    log = git("log", "--name-only", "--format=", f"{since}..HEAD" if since else "HEAD")
    names = git("diff", "--name-only", "HEAD").split() + git("ls-files", "-o", "--exclude-standard").split() + log.split()
    return list(dict.fromkeys(names))


def select(names: list[str], known: set[str], most: int) -> tuple[list[str], list[str]]:
    """(to check, left out) of the names that have a compile command."""
    fit = [n for n in names if n.endswith(".cc") and n in known]
    return fit[:most], fit[most:]


def check(path: str, until: float) -> tuple[str, str | None]:
    """(path, what clang-tidy says); None when its time was up."""
    command = ["clang-tidy-19", "--quiet", "--warnings-as-errors=*", "-p", str(ROOT), str(ROOT / path)]
    if is_test(path):
        command.append("--checks=-performance-*")  # tests are for reading
    try:
        out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return path, None
    said = re.sub(r"^\d+ warnings? (generated|treated).*\n", "", out.stdout + out.stderr, flags=re.M)
    return path, said if out.returncode else ""


def main() -> int:
    everything = "--all" in sys.argv[1:]
    # What is generated has to be there to be included.
    subprocess.run(["bazel", "build", "--noshow_progress", "--keep_going", "//protos/..."], cwd=ROOT, capture_output=True)
    if subprocess.run([sys.executable, ROOT / "tools/lint/compile_commands.py"]).returncode:
        return 1
    with open(ROOT / "compile_commands.json", encoding="utf-8") as file:
        known = {os.path.relpath(command["file"], ROOT) for command in json.load(file)}
    names = cpp_files() if everything else changed()
    files, left = select(names, known, len(names) if everything else MAX_FILES)
    until = time.monotonic() + (86400 if everything else MAX_SECONDS)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for path, said in pool.map(lambda p: check(p, until), files):
            if said is None:
                left.append(path)
            elif said:
                failed += 1
                print(f"--- {path}\n{said}")
    print(f"{len(files) - sum(f in left for f in files)} files checked, {failed} with findings")
    if left:
        print(f"not checked in this run (tools/lint/run --all does): {' '.join(left)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
