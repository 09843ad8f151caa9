#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sizes of files and functions (no test code) against the aims of CONTRIBUTING.md.

A file or function over the limit needs a line with its reason in size_allow.txt.
Functions are found by braces, not by a compiler: the code is clang-formatted, where a
block's "{" follows a space and an initialiser's does not.
"""
import re
import sys

from tree import ROOT, blank_comments_and_strings, cpp_files, is_test

# kind: (limit of one, aim of the median, aim of the 90th percentile or None)
AIMS = {".cc": (400, 120, 250), ".h": (400, 80, None), "function": (60, 8, 30)}
_CONTAINER = re.compile(r"(inline\s+)?(namespace|extern|class|struct|union|enum|template\s*<.*>\s*(class|struct|union))\b", re.S)
_ACCESS = re.compile(r"\s*((public|protected|private):)?\s*")
_NOT_NAMES = {"if", "for", "while", "switch", "catch", "return", "noexcept", "decltype", "requires", "alignas"}


def _name(head: str) -> str:
    """The function's name in the text before its body, "" when it is none."""
    head = re.sub(r"\b[A-Z][A-Z_]{4,}\([^()]*\)", "", head)  # thread-safety annotations
    for match in re.finditer(r"((?:\w+::)*operator\s*[^\s\w(]+|(?:\w+::)*operator\(\)|~?[A-Za-z_][\w:~]*)\s*(<[^<>]*>)?\(", head):
        if match[1] not in _NOT_NAMES:
            return match[1]
    return ""


def functions(text: str) -> list[tuple[str, int, int]]:
    """(name, first line, number of lines) of each function with a body."""
    text = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: "\n" * m[0].count("\n"), blank_comments_and_strings(text), flags=re.M)
    found, depth, inside, start = [], 0, None, 0  # inside: (name, first line, depth of its body)
    for match in re.finditer(r"[{};]", text):
        char, at = match[0], match.start()
        if char == "{":
            depth += 1
            start = _ACCESS.match(text, start).end()
            head = text[start:at]
            block = head[-1:] in (" ", "\n", "")
            if inside is None and not block:
                inside = ("", 0, depth)  # an initialiser: skipped to its end
            elif inside is None and not _CONTAINER.match(head):
                first = text.count("\n", 0, start) + 1
                inside = (_name(head) if "(" in head and not head.rstrip().endswith("=") else "", first, depth)
            if inside is None:
                start = match.end()
        elif char == "}":
            if inside is not None and inside[2] == depth:
                if inside[0]:
                    found.append((inside[0], inside[1], text.count("\n", 0, at) + 2 - inside[1]))
                    start = match.end()
                inside = None
            elif inside is None:
                start = match.end()
            depth -= 1
        elif inside is None:
            start = match.end()
    return found


def percentile(values: list[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)] if ordered else 0


def allowed(text: str) -> set[str]:
    """size_allow.txt: "path" or "path:Function", then its reason."""
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in lines:
        if len(line) < 2:
            raise ValueError(f"size_allow.txt: {line[0]} needs a reason")
    return {line[0] for line in lines}


def judge(sizes: dict[str, dict[str, int]], allow: set[str]) -> list[str]:
    """Prints the figures, returns what is wrong with them. sizes: kind -> place -> lines."""
    wrong = [f"size_allow.txt: {place} is not over a limit (any more)" for place in
             allow - {p for kind, of in sizes.items() for p, n in of.items() if n > AIMS[kind][0]}]
    for kind, (limit, median, p90) in AIMS.items():
        of = sizes[kind]
        got = percentile(list(of.values()), 0.5), percentile(list(of.values()), 0.9)
        print(f"{kind:9} {len(of):5}  median {got[0]:4} (aim {median})  p90 {got[1]:4}"
              f"{f' (aim {p90})' if p90 else ''}  max {max(of.values(), default=0)}")
        wrong += [f"{place}: {lines} lines, limit {limit}" for place, lines in of.items()
                  if lines > limit and place not in allow]
        if got[0] > median:
            wrong.append(f"{kind}: the median {got[0]} is over {median}")
        if p90 and got[1] > p90:
            wrong.append(f"{kind}: the 90th percentile {got[1]} is over {p90}")
    return wrong


def main() -> int:
    sizes: dict[str, dict[str, int]] = {kind: {} for kind in AIMS}
    for path in cpp_files():
        if is_test(path):
            continue
        text = (ROOT / path).read_text()
        sizes["." + path.rsplit(".", 1)[1]][path] = text.count("\n")
        for name, _, lines in functions(text):
            place = f"{path}:{name}"
            sizes["function"][place] = max(lines, sizes["function"].get(place, 0))
    wrong = judge(sizes, allowed((ROOT / "tools/lint/size_allow.txt").read_text()))
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
