# SPDX-License-Identifier: GPL-2.0-only
"""Every cause of a failure that a stock kernel can be brought to, by real means."""

import os
import pathlib
import re

from lib import system
from lib.causes import CONFIGURATION, CausesTest
from lib.module_file import (SIGNATURE, distribution_file, for_another_machine, patched, with_more_memory,
                             with_other_checksum, without_signature)


class Causes(CausesTest):
    def test_files(self):
        whole = system.ours("mk_slow").read_bytes()
        self.both("damaged-file", self.file("cut", whole[:len(whole) // 2]))
        self.both("damaged-file", self.file("noise", b"no module at all\n" * 100))
        self.both("wrong-architecture", self.file("arm", for_another_machine(whole)))
        self.both("not-a-module", self.file("object", patched(
            whole, (b".gnu.linkonce.this_module", b".gnu.linkonce.that_module"))))
        self.both("other-kernel", self.file("other", patched(whole, (b" SMP ", b" SMX "))))
        if b"module_layout\0" in whole:
            self.both("symbol-version", self.file("crc", with_other_checksum(whole)))
        busy = self.file("busy", whole)
        with open(busy, "ab"):
            self.both("file-busy", busy)
        self.judge()

    def test_signatures(self):
        whole = distribution_file("dummy")
        if not whole.endswith(SIGNATURE):
            self.skipTest("this kernel's modules are not signed")
        data = bytearray(whole)
        data[data.index(b"vermagic=") + 9] ^= 1
        self.both("damaged-signature", self.file("dummy", bytes(data)))
        self.judge()

    def test_symbols(self):
        user = system.ours("mk_user").read_bytes()
        with self.loaded(system.ours("mk_base")):
            self.both("missing-symbol", self.file("mk_user", patched(
                user, (b"misc_register\0", b"misc_registre\0"))))
        self.expect("provider-not-loaded",
                    afterwards=self.afterwards(system.ours("mk_user")))
        dummy = without_signature(distribution_file("dummy"))
        self.both("gpl-only-symbol", self.file("dummy", patched(
            dummy, (b"license=GPL\0", b"license=BSD\0"))))
        with self.loaded(system.ours("mk_base")):
            other = patched(system.ours("mk_base").read_bytes(), (b"name=mk_base\0", b"name=mk_bose\0"))
            other = other.replace(b"mk_base\0\0", b"mk_bose\0\0")
            self.both("duplicate-symbol", self.file("mk_bose", other))
        self.judge()

    def test_symbols_without_headers(self):
        headers = f"/lib/modules/{os.uname().release}/build"
        system.run("mount", "-t", "tmpfs", "none", headers)
        try:
            user = system.ours("mk_user").read_bytes()
            with self.loaded(system.ours("mk_base")):
                self.both("missing-symbol", self.file("mk_user", patched(
                    user, (b"misc_register\0", b"misc_registre\0"))))
            self.judge()
        finally:
            system.run("umount", headers)

    def test_parameters(self):
        slow = system.ours("mk_slow")
        self.both("bad-parameter", slow, ["ms=many"])
        self.expect("unknown-parameter", self.directly(str(slow), "nope=1"))
        self.judge()

    def test_the_kernel(self):
        self.both("kernel-command-line", system.ours("mk_blacklisted"))
        whole = system.ours("mk_slow").read_bytes()
        self.both("name-taken", self.file("printk", whole.replace(b"mk_slow\0", b"printk\0\0")))
        with self.loaded((system.ours("mk_veto"), "name=mk_base")):
            self.both("vetoed", system.ours("mk_base"))
        with self.denied("mk_base", reason="not on this machine"):
            self.both("denied-by-policy", system.ours("mk_base"))
        with self.loaded(system.ours("mk_base")):
            self.both("already-loaded", system.ours("mk_base"))
        self.both("no-device", system.ours("mk_fail"))
        self.both("init-failed", system.ours("mk_fail"), ["error=5"])
        self.expect("not-privileged", afterwards=self.afterwards(system.ours("mk_slow"), as_uid=65534))
        level = pathlib.Path("/proc/sys/kernel/printk").read_text()
        self.addCleanup(pathlib.Path("/proc/sys/kernel/printk").write_text, level)
        system.run("dmesg", "-n", "1")
        self.both("no-memory", self.file("huge", with_more_memory(whole, 3 << 29)))
        self.judge()

    def test_what_never_reaches_the_kernel(self):
        self.expect("no-such-module", self.directly("mk_nosuch"), self.told("mk_nosuch"))
        built_in = pathlib.Path("/lib/modules") / os.uname().release / "modules.builtin"
        name = re.sub(r"\.ko.*", "", pathlib.Path(built_in.read_text().split()[0]).name)
        self.expect("built-in", self.directly(name), self.told(name))
        CONFIGURATION.write_text("blacklist mk_params\ninstall mk_types /bin/false\n")
        self.expect("blacklisted", self.directly("mk_params"), self.told("mk_params"))
        self.expect("replaced-by-command", self.directly("mk_types"), self.told("mk_types"))
        self.judge()

    def test_unloads(self):
        self.expect("not-loaded", self.unloaded("mk_slow"))
        with self.loaded(system.ours("mk_base"), system.ours("mk_user")):
            asked = self.unloaded("mk_base")
            system.delete_error("mk_base")
            self.expect("used-by-modules", asked, self.told("--pid", str(os.getpid())))
            with open("/dev/mk_user", "rb"):
                asked = self.unloaded("mk_user")
                system.delete_error("mk_user")
                told = self.told("--pid", str(os.getpid()))
                self.expect("held", asked, told)
                held = f"Held now by file /dev/mk_user, opened by suite.py (pid {os.getpid()})."
                self.assertIn(held, told[1])
                self.assertIn(f"Next: run kill {os.getpid()}.", told[1])
                self.assertIn(held, self.told("mk_user")[1])
            told = self.told("--pid", str(os.getpid()))[1]
            self.assertIn("Nothing holds it now.", told)
            self.assertIn("Next: try again.", told)
        self.judge()

    def test_why_alone_is_of_the_last_failure(self):
        self.afterwards(system.ours("mk_fail"))
        cause, sentences = self.told()
        self.assertEqual(cause, "no-device")
        self.assertIn("mk_fail", sentences)
