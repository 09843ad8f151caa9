# SPDX-License-Identifier: Apache-2.0
from tree_rules import findings

TOP = "// SPDX-License-Identifier: Apache-2.0\n"


def test_registry_hosts_are_found():
    assert findings("a.md", "from https://registry." + "npmjs.org/x\n")
    assert not findings("a.md", "from https://github.com/x\n")


def test_paths_of_one_machine_are_found():
    assert findings("a.md", "see /wor" + "k/x\n")
    assert not findings("a.md", "see frame/wor" + "k/x and $ROOT/wor" + "k/x\n")


def test_sources_begin_with_their_licence():
    assert not findings("a.cc", TOP)
    assert findings("a.cc", "int x;\n")
    assert findings("tools/x", "#!/bin/bash\necho\n")
    assert not findings("tools/x", "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n")


def test_guards_match_the_path():
    good = TOP + "\n#ifndef RELAYFLEET_LIBS_A_B_H_\n#define RELAYFLEET_LIBS_A_B_H_\n"
    assert not findings("libs/a/b.h", good)
    assert findings("libs/a/c.h", good)
