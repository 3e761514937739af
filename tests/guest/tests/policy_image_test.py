# SPDX-License-Identifier: GPL-2.0-only
"""The policy that an initramfs brings: the file that the driver takes when it is loaded, and the hook
that puts it there."""

import os
import pathlib
import shutil
import struct
import subprocess
import unittest

from lib import system
from lib.command import DENIED, NOTHING_TO_DO, modkeeper, of_json
from lib.rules import FOLDER, RulesTest

RELEASE = os.uname().release
STATE = pathlib.Path("/var/lib/modkeeper/policy")
FILE = pathlib.Path("/usr/lib/modkeeper/policy.bin")
HOOK = "/etc/initramfs-tools/hooks/zz-modkeeper"
HELPERS = pathlib.Path("/usr/share/initramfs-tools/hook-functions")
SCRIPT = "scripts/init-top/modkeeper"
SWITCH = pathlib.Path("/etc/modkeeper/initramfs.conf")
UNIT = "modkeeper-policy.service"


class ImagePolicy(RulesTest):
    def end(self):
        FILE.unlink(missing_ok=True)
        super().end()
        shutil.rmtree(STATE, ignore_errors=True)
        system.run("systemctl", "stop", UNIT, check=False)
        system.run("systemctl", "reset-failed", UNIT, check=False)
        system.unload("dummy")

    def rules(self, text):
        (FOLDER / "10-local.rules").write_text(text)

    def compiled(self, text, *words):
        self.rules(text)
        FILE.parent.mkdir(exist_ok=True)
        modkeeper("policy", "compile", "--output", FILE, *words)

    def starts(self, *parameters):
        """What the driver says when it is loaded."""
        system.unload("modkeeper")
        with system.KernelLog() as log:
            system.insmod(system.DRIVER, *parameters)
            return [line for line in log.lines() if "policy" in line]

    def loads(self, module="dummy"):
        done = system.run("modprobe", module, check=False)
        system.unload(module)
        return done.returncode == 0


class AtStart(ImagePolicy):
    def test_the_file_is_in_force_from_the_start(self):
        self.compiled("deny load dummy reason \"of the image\"\n")
        self.assertEqual(self.starts(), [f"modkeeper: the policy of {FILE} is in force"])
        self.assertFalse(self.loads())
        status = of_json("policy", "status")
        self.assertEqual((status["policy_generation"], status["load_mode"], status["policy_kernel"]),
                         (1, "enforce", RELEASE))
        # and what is applied later takes its place
        self.rules("allow load dummy\n")
        self.assertEqual(system.run("systemctl", "start", UNIT, check=False).returncode, 0)
        self.assertTrue(self.loads())

    def test_without_a_file_there_is_no_word_and_no_policy(self):
        self.assertEqual(self.starts(), [])
        self.assertTrue(self.loads())
        self.assertEqual(of_json("policy", "status")["policy_generation"], 0)

    def test_one_for_another_kernel_is_not_taken(self):
        self.compiled("deny load dummy\n")
        bytes_ = FILE.read_bytes()
        FILE.write_bytes(bytes_.replace(RELEASE.encode(), RELEASE[:-1].encode() + b"x"))
        self.assertEqual(self.starts(),
                         [f"modkeeper: {FILE} brings no policy: it is for another kernel"])
        self.assertTrue(self.loads())

    def test_a_bad_file_is_one_line_and_no_policy(self):
        self.compiled("deny load dummy\n")
        whole = FILE.read_bytes()
        for bad in (b"", b"x" * 200, whole[:20], whole[:-1], whole + bytes(8), bytes(16) + whole[16:],
                    whole[:8] + struct.pack("<I", 7) + whole[12:], os.urandom(5000)):
            FILE.write_bytes(bad)
            said = self.starts()
            self.assertEqual(len(said), 1, said)
            self.assertIn("brings no policy", said[0])
            self.assertTrue(self.loads())

    def test_the_boot_line_is_above_it(self):
        self.compiled("deny load dummy\n")
        self.assertEqual(self.starts("policy_mode=off"), [])
        self.assertTrue(self.loads())
        self.starts("policy_mode=audit")
        self.assertTrue(self.loads())
        self.assertGreater(of_json("policy", "status")["would_deny"], 0)

    def test_rules_that_are_gone_since_are_gone_at_boot(self):
        self.compiled("deny load dummy\n")
        self.starts()
        (FOLDER / "10-local.rules").unlink()
        self.assertFalse(self.loads())
        self.assertEqual(system.run("systemctl", "start", UNIT, check=False).returncode, 0)
        self.assertTrue(self.loads())

    def test_faulty_rules_leave_it_in_force(self):
        self.compiled("deny load dummy\n")
        self.starts()
        self.rules("dney load dummy\n")
        self.assertNotEqual(system.run("systemctl", "start", UNIT, check=False).returncode, 0)
        self.assertFalse(self.loads())


@unittest.skipIf(HELPERS.exists(), "initramfs-tools is installed: tests/install has its hook")
class Hook(ImagePolicy):
    """With the functions of initramfs-tools that it uses, as that has them."""

    def setUp(self):
        super().setUp()
        self.tree = pathlib.Path("/run/image")
        self.modules = self.tree / "usr/lib/modules" / RELEASE
        self.modules.mkdir(parents=True)
        (self.tree / "lib").symlink_to("usr/lib")
        self.copy_script()
        HELPERS.write_text(f"manual_add_modules() {{ cp {system.DRIVER} {self.modules}; }}\n")
        SWITCH.write_text("policy=yes\n")
        self.addCleanup(self.end_hook)

    def copy_script(self):
        """Ours: udev has some too."""
        place = self.tree / SCRIPT
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HELPERS.parent / SCRIPT, place)

    def end_hook(self):
        shutil.rmtree(self.tree)
        HELPERS.unlink()
        SWITCH.unlink(missing_ok=True)

    def makes(self, text):
        """What it warns of, and what it leaves in the image."""
        self.rules(text)
        done = subprocess.run([HOOK], capture_output=True, text=True, check=False,
                              env={**os.environ, "version": RELEASE, "DESTDIR": str(self.tree)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "")
        left = {str(path.relative_to(self.tree)) for path in self.tree.rglob("*") if path.is_file()}
        return done.stderr, left

    def test_it_does_nothing_unless_it_is_asked(self):
        for text in (None, "policy=no\n", "# policy=yes\n"):
            SWITCH.unlink(missing_ok=True)
            if text:
                SWITCH.write_text(text)
            self.assertEqual(self.makes("deny load dummy\n"), ("", set()))
            self.copy_script()
        self.assertEqual(subprocess.run([HOOK, "prereqs"], capture_output=True, check=True).stdout, b"")

    def test_it_brings_driver_and_policy_and_what_loads_them(self):
        said, left = self.makes("deny load dummy\n")
        self.assertEqual(said, "")
        policy = "usr/lib/modkeeper/policy.bin"
        self.assertEqual(left, {f"usr/lib/modules/{RELEASE}/modkeeper.ko", policy, SCRIPT})
        # as the initramfs runs it
        system.unload("modkeeper")
        system.run(self.tree / SCRIPT)
        self.assertFalse(system.is_loaded("modkeeper"))
        FILE.parent.mkdir(exist_ok=True)
        shutil.copy(self.tree / policy, FILE)
        system.run(self.tree / SCRIPT)
        self.assertFalse(self.loads())

    def test_what_would_deny_a_module_of_the_image_is_left_out(self):
        (self.modules / "dummy.ko").write_bytes(b"x")
        said, left = self.makes("deny load dummy\n")
        self.assertIn(f"W: modkeeper: the initramfs of {RELEASE} gets no policy: ", said)
        self.assertIn("dummy (10-local.rules:1)", said)
        self.assertNotIn(SCRIPT, left)
        self.assertNotIn("usr/lib/modkeeper/policy.bin", left)
        modkeeper("policy", "compile", "--image", self.tree, "--output", "/run/policy.bin", status=DENIED)
        # but not the driver, which is there before the policy
        said, _ = self.makes("allow load dummy\ndefault load deny\n")
        self.assertEqual(said, "")

    def test_whoever_changes_rules_is_told_of_the_initramfs(self):
        self.rules("deny load dummy\n")
        self.assertIn('until you run "update-initramfs -u"', modkeeper("policy", "apply").stderr)
        for words in (("deny", "loop", "--reason", "x"), ("revoke", "loop"), ("import",)):
            said = modkeeper("policy", *words).stderr
            self.assertEqual('until you run "update-initramfs -u"' in said, words != ("import",), (words, said))
        SWITCH.unlink()
        self.assertEqual(modkeeper("policy", "apply").stderr, "")
        self.assertEqual(modkeeper("policy", "deny", "loop", "--reason", "x").stderr, "")

    def test_faulty_or_no_rules_are_left_out(self):
        said, left = self.makes("dney load dummy\n")
        self.assertIn("gets no policy", said)
        self.assertNotIn("usr/lib/modkeeper/policy.bin", left)
        said, _ = self.makes("# none\n")
        self.assertIn("there are no rules", said)
        modkeeper("policy", "compile", "--output", "/run/policy.bin", status=NOTHING_TO_DO)
