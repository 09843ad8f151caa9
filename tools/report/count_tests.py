#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py FOLDER: adds up what tools/test collected there, shows what failed, and
prints "N passed, N failed" last. In the folder, each if it came to that:

  steps.tsv      failed <tab> step <tab> what to do   (steps that broke as a whole)
  lint.txt       passed|failed <check> …
  targets        the Bazel tests that were asked for
  bep.json       Bazel's build events: which of them ran, and where their reports are
  *.pytest.xml   pytest's reports
"""
import dataclasses
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET

TAIL = 25


@dataclasses.dataclass
class Count:
    passed: int = 0
    skipped: list[str] = dataclasses.field(default_factory=list)
    failed: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # name, why

    def fail(self, name: str, why: str) -> None:
        self.failed.append((name, "\n".join(why.strip().splitlines()[-TAIL:])))


def add_xml(count: Count, text: str, prefix: str, log: str = "") -> int:
    """Adds the cases of a JUnit report (gtest's, pytest's, Bazel's own); how many failed."""
    failed = 0
    for case in ET.fromstring(text).iter("testcase"):
        name = prefix + ".".join(filter(None, (case.get("classname"), case.get("name"))))
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        if bad is not None:
            failed += 1
            count.fail(name, (bad.text or bad.get("message") or "") if len(bad.text or "") > 80 or not log else log)
        elif case.find("skipped") is not None or case.get("status") == "notrun" or case.get("result") == "suppressed":
            skip = case.find("skipped")
            count.skipped.append(f"{name}: {skip.get('message') or '' if skip is not None else 'disabled'}")
        else:
            count.passed += 1
    return failed


def _outputs(result: dict) -> dict[str, str]:
    """The texts of a test's own outputs by name ("test.log", "test.xml")."""
    texts = {}
    for output in result.get("testActionOutput", []):
        path = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(output.get("uri", "")).path))
        if output["name"] in ("test.log", "test.xml") and path.is_file():
            texts[output["name"]] = path.read_text(errors="replace")
    return texts


def add_bazel(count: Count, targets: list[str], events: list[dict]) -> None:
    """Adds the Bazel tests: those asked for that did not run (not built) have failed."""
    ran = set()
    for event in events:
        if "testResult" not in event.get("id", {}) or "testResult" not in event:
            continue
        label, result = event["id"]["testResult"]["label"], event["testResult"]
        texts = _outputs(result)
        # XML knows few of the control characters that a test may print.
        xml = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "?", texts.get("test.xml", ""))
        ran.add(label)
        try:
            failed = add_xml(count, xml, label + " ", texts.get("test.log", "")) if xml else 0
        except ET.ParseError as error:
            count.fail(label, f"its report cannot be read: {error}")
            continue
        if result.get("status") not in ("PASSED", "FLAKY") and not failed:
            count.fail(label, f"{result.get('status')}\n{texts.get('test.log', '')}")
        elif not xml:
            count.fail(label, "passed, but left no report")
    for label in targets:
        if label not in ran:
            count.fail(label, "did not run: it was not built, see the messages above")


def collect(folder: pathlib.Path) -> Count:
    count = Count()

    def lines(name: str) -> list[str]:
        path = folder / name
        return path.read_text().splitlines() if path.is_file() else []

    for line in lines("steps.tsv"):
        count.fail(*line.split("\t")[1:3])
    for line in lines("lint.txt"):
        verdict, check = line.split()[:2]
        if verdict == "passed":
            count.passed += 1
        else:
            count.fail(f"lint {check}", f"tools/lint/run {check} shows it again")
    add_bazel(count, lines("targets"), [json.loads(line) for line in lines("bep.json")])
    for path in sorted(folder.glob("*.pytest.xml")):
        add_xml(count, path.read_text(), "")
    return count


def main() -> int:
    count = collect(pathlib.Path(sys.argv[1]))
    for line in count.skipped:
        print(f"SKIPPED {line}")
    for name, why in count.failed:
        print(f"\nFAILED {name}" + "".join(f"\n    {line}" for line in why.splitlines()))
    if not count.passed and not count.failed:
        print("nothing ran: nothing has that name")
    print(f"{count.passed} passed, {len(count.failed)} failed")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
