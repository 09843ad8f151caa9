#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Relative links of the Markdown files: the file exists and is in the tree, the heading too."""
import functools
import os
import pathlib
import re
import sys
import urllib.parse

from tree import ROOT, tracked

_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)|^\[[^\]]+\]:\s*(\S+)|(?:href|src)=\"([^\"]+)\"", re.M)


def without_code(text: str) -> str:
    text = re.sub(r"^( *)(```+|~~~+).*?^ *\2 *$", "", text, flags=re.M | re.S)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def anchors(text: str) -> set[str]:
    """The headings' anchors as GitHub makes them, and explicit ones."""
    found: set[str] = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    text = re.sub(r"^( *)(```+|~~~+).*?^ *\2 *$", "", text, flags=re.M | re.S)
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*\s*$", text, re.M):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        same = 0
        while (name := f"{slug}-{same}" if same else slug) in found:
            same += 1
        found.add(name)
    return found


@functools.lru_cache(maxsize=None)
def anchors_of(path: pathlib.Path) -> set[str]:
    return anchors(path.read_text())


def problem(root: pathlib.Path, page: str, link: str, known: set[str]) -> str | None:
    """What is wrong with a link; known: the tree's files and folders."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", link):
        return None
    target, _, anchor = urllib.parse.unquote(link).partition("#")
    if target.startswith("/"):
        return "an absolute path"
    at = os.path.normpath(os.path.join(os.path.dirname(page), target)) if target else page
    if at != "." and at not in known:
        return "not in the tree"
    if anchor and at.endswith(".md") and anchor not in anchors_of(root / at):
        return "no such heading"
    return None


def main() -> int:
    files = tracked()
    known = set(files) | {str(p) for f in files for p in pathlib.PurePath(f).parents}
    wrong = []
    for page in tracked("*.md"):
        for groups in _LINK.findall(without_code((ROOT / page).read_text())):
            link = next(filter(None, groups))
            if what := problem(ROOT, page, link, known):
                wrong.append(f"{page}: {link}: {what}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
