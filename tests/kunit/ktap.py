# SPDX-License-Identifier: GPL-2.0-only
"""Reads KTAP out of a kernel's console, and believes nothing that is not there.

A document is a plan and that many results, numbered in order; a result may have a document of its
own before it, indented. Lines that are no KTAP are the kernel's and are passed over. Whatever is
missing, out of order, skipped or contradicts itself becomes a failed result that says so.
"""
import re

VERSION = re.compile(r"^( *)KTAP version 1$")
SUBTEST = re.compile(r"^( *)# Subtest: (.*)$")
PLAN = re.compile(r"^( *)1\.\.(\d+)$")
RESULT = re.compile(r"^( *)(ok|not ok) (\d+)(?: -)?(?: (.*?))?( # .*)?$")
NOTE = re.compile(r"^( *)# (.*)$")
# KUnit counts the parameters of a test behind them, and gives no plan before.
TOTAL = re.compile(r"^# (\S+): pass:\d+ fail:\d+ skip:\d+ total:(\d+)$")

# What a kernel says when something is wrong with it, whoever finds it.
TROUBLE = re.compile(
    r"\bBUG\b|\bWARNING:|\bOops\b|KASAN|KFENCE|UBSAN|Call Trace|Kernel panic|"
    r"possible (circular|recursive|irq)|inconsistent lock state|suspicious RCU|"
    r"sleeping function called|held lock|scheduling while atomic|general protection|"
    r"list_(add|del) corruption|Segfault|segfault|unreferenced object|"
    r"stall(s|ed)? (on|detected)|blocked for more than|refcount_t:")


class Result:
    """One test that has none below it."""

    def __init__(self, name, passed, notes=()):
        self.name = name
        self.passed = passed
        self.notes = list(notes)


class _Document:
    def __init__(self, indent):
        self.indent = indent
        self.name = None
        self.plan = None
        self.seen = 0
        self.failed = False
        self.results = []


def _names(path, name):
    return ".".join([*path, name]) if name else ".".join(path)


class Parser:
    """Fed line by line; results() may be asked at the end."""

    def __init__(self):
        self._results = []
        self._open = []
        self._closed = None  # a nested document whose result has not come yet
        self._notes = []
        self.documents = 0

    def _problem(self, name, text):
        self._results.append(Result(name or "ktap", False, [text]))

    def feed(self, line):
        line = line.rstrip("\r\n")
        if match := VERSION.match(line):
            self._begin(len(match[1]))
        elif match := SUBTEST.match(line):
            if self._open:
                self._open[-1].name = match[2]
        elif match := PLAN.match(line):
            self._plan(len(match[1]), int(match[2]))
        elif match := RESULT.match(line):
            self._result(len(match[1]), match[2] == "ok", int(match[3]), match[4] or "",
                         match[5] or "")
        elif match := NOTE.match(line):
            self._note(match[2], line)
        elif line.startswith("    ") and self._notes:
            self._notes.append(line.strip())  # what KUnit expected and what it got

    def _begin(self, indent):
        # A document at the margin ends whatever was going on.
        while self._open and self._open[-1].indent >= indent:
            self._abandon(self._open.pop())
        if indent == 0:
            self.documents += 1
        self._open.append(_Document(indent))
        self._notes = []

    def _abandon(self, document):
        """It has come to its end without its parent's word."""
        if document.plan is None or document.seen != document.plan:
            self._problem(document.name, f"ended after {document.seen} of "
                          f"{'?' if document.plan is None else document.plan} results")

    def _plan(self, indent, count):
        if not self._open or self._open[-1].indent != indent or self._open[-1].plan is not None:
            self._problem(None, f"a plan of {count} out of place")
            return
        self._open[-1].plan = count
        if indent == 0 and count == 0:
            self._problem(None, "a plan of no tests")

    def _note(self, text, line):
        if match := TOTAL.match(line.strip()):
            # of the document that is open below the test of that name
            inner = self._open[-1] if self._open else None
            if inner and inner.plan is None and inner.indent > line.index("#"):
                inner.plan = int(match[2])
            return
        if not text.startswith(("module:", "Totals:")):
            self._notes.append(text)

    def _result(self, indent, passed, number, name, directive):
        inner = None
        if self._open and self._open[-1].indent > indent:
            inner = self._open.pop()
        document = self._open[-1] if self._open else None
        if document is None or document.indent != indent:
            self._problem(name, "a result out of place")
            return
        document.seen += 1
        if number != document.seen:
            self._problem(name, f"result {number} where {document.seen} was due")
            document.seen = number
        if "SKIP" in directive.upper():
            passed = False
            self._notes.append("was skipped")
        document.failed |= not passed
        if inner is None:
            document.results.append(Result(name, passed, self._notes))
        else:
            self._take_inner(document, inner, name, passed)
        self._notes = []
        if indent == 0 and document.seen == document.plan:
            self._results += document.results
            self._open.clear()

    def _take_inner(self, document, inner, name, passed):
        if inner.plan is None:
            inner.results.append(Result("", False, ["no plan"]))
        elif inner.plan != inner.seen:
            inner.results.append(Result("", False, [f"{inner.seen} of {inner.plan} results"]))
        elif passed == inner.failed:
            inner.results.append(Result("", False, ["its word differs from its tests'"]))
        elif inner.seen == 0:
            inner.results.append(Result("", False, ["a plan of no tests"]))
        for result in inner.results:
            result.name = _names([name], result.name)
        document.results += inner.results

    def results(self, documents):
        """All results; @documents is how many there should have been."""
        for document in self._open:
            self._results += document.results
        for document in reversed(self._open):
            self._abandon(document)
        self._open.clear()
        if self.documents != documents:
            self._problem(None, f"{self.documents} documents where {documents} were due")
        return self._results


def trouble(lines):
    """The lines that a healthy kernel does not write."""
    return [line.rstrip() for line in lines if TROUBLE.search(line)]
