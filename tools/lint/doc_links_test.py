# SPDX-License-Identifier: Apache-2.0
from doc_links import _LINK, anchors, problem, without_code

PAGE = """# Life of a `Frame`, in short
## Again
## Again
```
[not](a-link)
```
[a](b.md "title") and `[no](c.md)` and ![i](d.png) [![x](e.svg)](f.md)
[ref]: g.md
<img src="h.svg">
"""


def test_links_outside_of_code():
    links = [next(filter(None, g)) for g in _LINK.findall(without_code(PAGE))]
    assert {"b.md", "d.png", "g.md", "h.svg", "f.md"} <= set(links)
    assert not {"a-link", "c.md"} & set(links)


def test_anchors_are_githubs():
    assert anchors(PAGE) == {"life-of-a-frame-in-short", "again", "again-1"}


def test_what_is_wrong_with_a_link(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("# Top\n")
    known = {"docs", "docs/a.md", "README.md"}
    assert problem(tmp_path, "README.md", "docs/a.md#top", known) is None
    assert problem(tmp_path, "docs/a.md", "../docs/", known) is None
    assert problem(tmp_path, "docs/a.md", "#top", known) is None
    assert problem(tmp_path, "README.md", "https://example.org/x#y", known) is None
    assert problem(tmp_path, "README.md", "docs/b.md", known) == "not in the tree"
    assert problem(tmp_path, "README.md", "docs/a.md#bottom", known) == "no such heading"
    assert problem(tmp_path, "README.md", "../outside.md", known) == "not in the tree"
    assert problem(tmp_path, "README.md", "/docs/a.md", known) == "an absolute path"
