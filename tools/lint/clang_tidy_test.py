# SPDX-License-Identifier: Apache-2.0
from clang_tidy import select


def test_only_compiled_sources_and_not_too_many():
    known = {"a.cc", "b.cc", "c.cc"}
    assert select(["a.cc", "x.md", "gone.cc", "b.cc", "c.cc"], known, 2) == (["a.cc", "b.cc"], ["c.cc"])
