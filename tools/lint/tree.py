# SPDX-License-Identifier: Apache-2.0
"""What the checks share: the repository's own files, by kind."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked(*patterns: str, root: pathlib.Path = ROOT) -> list[str]:
    """Files that git knows or would add, as paths relative to the root."""
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
                         cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(f for f in set(out.split("\0")) if f and (root / f).is_file())


def cpp_files(root: pathlib.Path = ROOT) -> list[str]:
    return tracked("*.cc", "*.h", root=root)


def is_test(path: str) -> bool:
    """Test code: beside what it tests, in a testing/ folder, or below tests/."""
    return path.startswith("tests/") or "/testing/" in path or path.endswith(("_test.cc", "_test.h"))


def blank_comments_and_strings(text: str) -> str:
    """C++ text with comments and literals emptied; lines stay where they are."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)

    def empty(match: re.Match) -> str:
        quote = '""' if match[0][0] in "\"R'" else ""
        return quote + "\n" * match[0].count("\n")

    return pattern.sub(empty, text)
