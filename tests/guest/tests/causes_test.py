# SPDX-License-Identifier: GPL-2.0-only
"""Every cause of a failure that a stock kernel can be brought to, by real means, in two ways: asked
directly, as modkeeper load does, and afterwards about somebody else's insmod, as modkeeper why does.
The table of both is printed."""

import contextlib
import json
import os
import pathlib
import re
import sys
import tempfile

from lib import system, vocabulary
from lib.module_file import (SIGNATURE, distribution_file, for_another_machine, patched, with_more_memory,
                             with_other_checksum, without_signature)
from lib.service import ServiceTest

CONFIGURATION = pathlib.Path("/etc/modprobe.d/zz-causes.conf")
MODPROBE_ONLY = "-"  # never reaches the kernel, or the tool refuses by itself


def said_by(*words):
    """The JSON that the command ends with, however it ends."""
    done = system.run("modkeeper", *words, "--json", check=False)
    vocabulary.check(words, done.stdout)
    decoder, rest, last = json.JSONDecoder(), done.stdout.strip(), {}
    while rest:
        last, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
    return last


class Causes(ServiceTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.rows = []

    def tearDown(self):
        CONFIGURATION.unlink(missing_ok=True)
        system.unload("mk_veto", "mk_user", "mk_base", "mk_slow", "mk_fail", "dummy")

    def file(self, name, data):
        path = self.folder / f"{name}.ko"
        path.write_bytes(data)
        return path

    def directly(self, target, *parameters):
        answer = said_by("load", target, *parameters)
        return answer.get("cause") or answer.get("result"), answer.get("message")

    def afterwards(self, path, args=b"", as_uid=0):
        """What why says of a system call that was not ours."""
        pid = os.fork()
        if pid == 0:
            if as_uid:
                os.setuid(as_uid)
            os._exit(min(system.load_error(path, args), 255))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.assertNotEqual(status, 0, path)
        return self.told("--pid", str(pid))

    def told(self, *words):
        why = said_by("why", *words)
        diagnosis = why.get("diagnosis") or next(iter(why.get("obstacles") or []), None) or why
        return diagnosis.get("cause"), "\n".join(why.get("sentences", [why.get("message", "")]))

    def expect(self, cause, directly=None, afterwards=None):
        self.rows.append((cause, directly, afterwards))

    def both(self, cause, path, parameters=(), afterwards=True):
        self.expect(cause, self.directly(str(path), *parameters),
                    self.afterwards(path, " ".join(parameters).encode()) if afterwards else None)

    @contextlib.contextmanager
    def loaded(self, *paths):
        for path in paths:
            system.insmod(*path) if isinstance(path, tuple) else system.insmod(path)
        try:
            yield
        finally:
            system.unload(*[(path[0] if isinstance(path, tuple) else path).stem
                            for path in reversed(paths)])

    def judge(self):
        wrong = []
        for cause, *ways in self.rows:
            shown = [way[0] if way else MODPROBE_ONLY for way in ways]
            print(f"cause {cause:<20} asked: {shown[0]:<20} afterwards: {shown[1]}",
                  file=sys.stderr)
            for way in ways:
                if way:
                    print(f"      {way[1]}".replace("\n", "\n      "), file=sys.stderr)
                if way and way[0] != cause:
                    wrong.append((cause, *way))
        self.assertEqual(wrong, [])

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

    def unloaded(self, name):
        answer = said_by("unload", name)
        return answer.get("cause") or answer.get("result"), answer.get("message")

    def test_unloads(self):
        self.expect("not-loaded", self.unloaded("mk_slow"))
        with self.loaded(system.ours("mk_base"), system.ours("mk_user")):
            asked = self.unloaded("mk_base")
            system.delete_error("mk_base")
            self.expect("used-by-modules", asked, self.told("--pid", str(os.getpid())))
            with open("/dev/mk_user", "rb"):
                asked = self.unloaded("mk_user")
                system.delete_error("mk_user")
                self.expect("held", asked, self.told("--pid", str(os.getpid())))
        self.judge()

    def test_why_alone_is_of_the_last_failure(self):
        self.afterwards(system.ours("mk_fail"))
        cause, sentences = self.told()
        self.assertEqual(cause, "no-device")
        self.assertIn("mk_fail", sentences)
