#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the guest's tests one after the other; one line `ok NAME` or `not ok NAME` for each.

suite.py [WORD...]: only files, or tests, whose names contain one of the words. What needs a boot
before is in after_reboot_test.py, what ends connections to the bus in bus_restart_test.py, what
needs installed packages in installed_test.py, initramfs_test.py, learning_test.py, learned_test.py,
old_driver_test.py and removed_test.py, what locks the kernel in locked_test.py, what needs words on its command line in
booted_test.py; these run only when they are named.
"""

import importlib
import pathlib
import sys
import time
import traceback
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
# What leaves a kernel with which little else can be tested, the less of that the later.
LAST = ["holders_for_good", "enforcing", "locked"]
ONLY_BY_NAME = {"after_reboot", "booted", "bus_restart", "dkms", "initramfs", "installed",
                "learned", "learning", "locked", "old_driver", "removed"}
sys.path[:0] = [str(HERE), str(HERE / "tests")]


class Lines(unittest.TestResult):
    """Tells of each test as soon as it is over, with what a failed one said before its line."""

    def __init__(self):
        super().__init__()
        self.times = []

    def stopTest(self, test):
        self.times.append((time.monotonic() - self.started, self.name(test)))
        super().stopTest(test)

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def name(self, test):
        if isinstance(test, unittest.TestCase):
            topic = type(test).__module__.removesuffix("_test")
            return f"{topic}: {test._testMethodName.removeprefix('test_').replace('_', ' ')}"
        return str(test)

    def tell(self, word, test, error=None):
        if error:
            text = "".join(traceback.format_exception(*error, limit=-4))
            print("\n".join("# " + line for line in text.splitlines()))
        print(f"{word} {self.name(test)}", flush=True)

    def addSuccess(self, test):
        self.tell("ok", test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tell("not ok", test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self.tell("not ok", test, error)

    def addSkip(self, test, reason):
        print(f"skipped {self.name(test)}: {reason}", flush=True)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            print(f"# with {subtest._subDescription()}")
            self.tell("not ok", test, error)


class Missing:
    """Stands in the result for tests that cannot be run."""

    failureException = None

    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name


def each_test(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from each_test(item)
        else:
            yield item


def place_of(item):
    topic = item[0]
    return LAST.index(topic) + 1 if topic in LAST else 0, topic


def topics():
    """The file of each topic, by its name."""
    return {path.stem.removesuffix("_test"): path for path in (HERE / "tests").glob("*_test.py")}


def main(words):
    chosen = unittest.TestSuite()
    result = Lines()
    files = topics()
    parts = [word for word in words if word not in files]
    found = set()
    for topic, path in sorted(files.items(), key=place_of):
        if words and not parts and topic not in words:
            continue  # it may need what is not on this machine
        try:
            tests = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(path.stem))
        except Exception:  # a file that cannot be imported is one failed test
            result.addError(Missing(topic), sys.exc_info())
            continue
        if topic in words or not words and topic not in ONLY_BY_NAME:
            chosen.addTest(tests)
        else:
            for test in each_test(tests):
                named = [part for part in parts if part in result.name(test)]
                found.update(named)
                if named:
                    chosen.addTest(test)
    for part in parts:
        if part not in found:
            unknown = LookupError(f"no topic and no test is called {part!r}")
            result.addError(Missing(part), (LookupError, unknown, None))
    chosen.run(result)
    for seconds, name in sorted(result.times, reverse=True)[:8]:
        print(f"# took {seconds:.1f} s: {name}")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
