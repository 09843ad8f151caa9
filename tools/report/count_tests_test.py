# SPDX-License-Identifier: Apache-2.0
import json

import count_tests

GTEST = """<testsuites><testsuite name="Queue">
<testcase name="Drops" classname="Queue" status="run" result="completed"/>
<testcase name="Off" classname="Queue" status="notrun" result="suppressed"/>
<testcase name="Skips" classname="Queue" status="run" result="skipped"><skipped message="no GPU"/></testcase>
<testcase name="Keeps" classname="Queue"><failure message="short">queue_test.cc:1</failure></testcase>
</testsuite></testsuites>"""


def event(tmp_path, label, status, xml=None, log=""):
    outputs = []
    for name, text in (("test.xml", xml), ("test.log", log)):
        if text is not None:
            path = tmp_path / (label.strip("/").replace("/", "_").replace(":", "_") + name)
            path.write_text(text)
            outputs.append({"name": name, "uri": f"file://{path}"})
    return {"id": {"testResult": {"label": label}}, "testResult": {"status": status, "testActionOutput": outputs}}


def names(count):
    return [name for name, _ in count.failed]


def test_cases_are_counted_not_targets(tmp_path):
    count = count_tests.Count()
    count_tests.add_bazel(count, ["//a:q"], [event(tmp_path, "//a:q", "FAILED", GTEST, "the log")])
    assert (count.passed, names(count), len(count.skipped)) == (1, ["//a:q Queue.Keeps"], 2)
    assert count.failed[0][1] == "the log"


def test_a_target_that_was_not_built_has_failed():
    count = count_tests.Count()
    count_tests.add_bazel(count, ["//a:q"], [])
    assert names(count) == ["//a:q"]


def test_a_target_that_fails_after_its_cases_has_failed(tmp_path):
    good = '<testsuites><testcase name="A" classname="B"/></testsuites>'
    count = count_tests.Count()
    count_tests.add_bazel(count, ["//a:q"], [event(tmp_path, "//a:q", "TIMEOUT", good)])
    assert (count.passed, names(count)) == (1, ["//a:q"])


def test_broken_reports_fail(tmp_path):
    count = count_tests.Count()
    count_tests.add_bazel(count, [], [event(tmp_path, "//a:q", "PASSED", "<x"), event(tmp_path, "//a:r", "PASSED")])
    assert names(count) == ["//a:q", "//a:r"]


def test_everything_adds_up(tmp_path, capsys, monkeypatch):
    (tmp_path / "steps.tsv").write_text("failed\tbuild\tsee above\n")
    (tmp_path / "lint.txt").write_text("passed layers (1 s)\nfailed format (0 s)\n")
    (tmp_path / "targets").write_text("//a:q\n")
    (tmp_path / "bep.json").write_text(json.dumps(event(tmp_path, "//a:q", "FAILED", GTEST)) + "\n")
    (tmp_path / "e2e.pytest.xml").write_text('<testsuites><testsuite><testcase classname="t" name="a"/></testsuite></testsuites>')
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(tmp_path)])
    assert count_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 3 failed"


def test_nothing_at_all_is_no_success(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(tmp_path)])
    assert count_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed"
