#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds the KTAP reader against output that must not pass."""
import unittest

import ktap

GOOD = """\
KTAP version 1
1..2
    KTAP version 1
    # Subtest: first
    1..2
    ok 1 a
        KTAP version 1
        # Subtest: b
        ok 1 x
        ok 2 y
    # b: pass:2 fail:0 skip:0 total:2
    ok 2 b
ok 1 first
kernel: something else
    KTAP version 1
    # Subtest: second
    1..1
    ok 1 c
ok 2 second
"""


def read(text, documents=1):
    parser = ktap.Parser()
    for line in text.splitlines():
        parser.feed(line)
    return parser.results(documents)


def failed(text, documents=1):
    return [result for result in read(text, documents) if not result.passed]


class Ktap(unittest.TestCase):
    def test_good(self):
        self.assertEqual([(r.name, r.passed) for r in read(GOOD)],
                         [("first.a", True), ("first.b.x", True), ("first.b.y", True),
                          ("second.c", True)])

    def test_every_line_matters(self):
        """Without any one line that carries something, the rest does not pass."""
        lines = GOOD.splitlines()
        for i, line in enumerate(lines):
            if "Subtest" in line or line.startswith("kernel"):
                continue
            with self.subTest(missing=line):
                self.assertTrue(failed("\n".join(lines[:i] + lines[i + 1:])))

    def test_crash_anywhere(self):
        lines = GOOD.splitlines()
        for i in range(len(lines)):
            with self.subTest(lines=i):
                self.assertTrue(failed("\n".join(lines[:i])))

    def test_failure(self):
        for good, bad in (("    ok 1 a", "    not ok 1 a"), ("    ok 1 a", "    # why\n    not ok 1 a")):
            text = GOOD.replace(good, bad).replace("ok 1 first", "not ok 1 first")
            self.assertEqual([r.name for r in failed(text)], ["first.a"])
        self.assertEqual(failed(text)[0].notes, ["why"])

    def test_parent_hides_failure(self):
        self.assertTrue(failed(GOOD.replace("        ok 1 x", "        not ok 1 x")))

    def test_skip(self):
        self.assertTrue(failed(GOOD.replace("    ok 1 a", "    ok 1 a # SKIP no hardware")))

    def test_nothing(self):
        self.assertTrue(failed(""))
        self.assertTrue(failed("KTAP version 1\n1..0\n"))
        self.assertTrue(failed(GOOD, documents=2))
        self.assertTrue(failed(GOOD + GOOD, documents=1))

    def test_trouble(self):
        for line in ("BUG: KASAN: use-after-free in x", "WARNING: CPU: 0 PID: 1 at a.c:1",
                     "WARNING: possible circular locking dependency detected",
                     "Kernel panic - not syncing: x"):
            self.assertTrue(ktap.trouble([line]))
        self.assertFalse(ktap.trouble(GOOD.splitlines()))


if __name__ == "__main__":
    unittest.main()
