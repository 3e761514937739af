# SPDX-License-Identifier: GPL-2.0-only
"""Loads on kernels that were booted with a word that forbids them. `run` boots once for each word."""

import pathlib
import unittest

from lib import bus, system
from lib.causes import CausesTest, said_by


def booted_with(word):
    return word in pathlib.Path("/proc/cmdline").read_text().split()


def needs(word):
    return unittest.skipUnless(booted_with(word), f"the kernel was booted without {word}")


ENFORCED, LOCKED_DOWN = "module.sig_enforce=1", "lockdown=integrity"
BLACKLIST = "module_blacklist=mk_base,dummy"


@unittest.skipUnless(booted_with(ENFORCED) or booted_with(LOCKED_DOWN), "signatures are not demanded")
class Demanding(CausesTest):
    """The kernel takes signed modules only: it takes no driver of ours, which nobody signed."""

    @classmethod
    def setUpClass(cls):
        bus.stop()
        bus.start()

    @classmethod
    def tearDownClass(cls):
        bus.stop()

    def check(self, cause, word):
        self.assertNotEqual(system.load_error(system.DRIVER), 0)
        self.assertNotEqual(system.load_error(system.ours("mk_slow")), 0)
        asked = self.directly("mk_slow")
        for told in (self.told("mk_slow"), self.told(str(system.ours("mk_slow"))), self.told()):
            self.expect(cause, asked, told)
        # of a dependency
        self.expect(cause, self.directly("mk_user"))
        # a signed one is taken
        self.assertEqual(self.directly("dummy")[0], "loaded")
        self.judge()
        self.assertIn(word, asked[1])
        why = said_by("why", "mk_slow")
        self.assertEqual(why["no_driver"]["cause"], cause)
        self.assertIn(word, why["no_driver"]["remedy"])
        refused = said_by("why", "--pid", "1")["message"]
        self.assertIn(word, refused)

    @needs(ENFORCED)
    def test_signatures_are_enforced(self):
        self.check("unsigned", ENFORCED)

    @needs(LOCKED_DOWN)
    def test_the_kernel_is_locked_down(self):
        self.check("lockdown", LOCKED_DOWN)


@needs(BLACKLIST)
class Blacklisted(CausesTest):
    def test_the_command_line_names_modules(self):
        self.both("kernel-command-line", system.ours("mk_base"))
        self.expect("kernel-command-line", self.directly("dummy"))
        # of what it needs
        asked = self.directly("mk_user")
        self.assertNotEqual(system.run("modprobe", "mk_user", check=False).returncode, 0)
        told = self.told("mk_user")
        self.expect("kernel-command-line", asked, told)
        self.judge()
        self.assertIn("module mk_base, which it needs", told[1])

    def test_the_command_line_names_its_init(self):
        self.both("kernel-command-line", system.ours("mk_slow"))
        asked = self.directly("mk_slow")
        self.expect("kernel-command-line", asked)
        self.judge()
        self.assertIn("initcall_blacklist=", asked[1])
