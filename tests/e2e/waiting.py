# SPDX-License-Identifier: Apache-2.0
"""Waiting for facts instead of sleeping."""
import time


def wait_for(what, condition, timeout=20.0, every=0.05):
    """The first true value of condition(), asked again and again; fails loudly in the end."""
    until = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {timeout:g} s (last: {value!r})")
        time.sleep(every)
