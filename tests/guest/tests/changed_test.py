# SPDX-License-Identifier: GPL-2.0-only
"""A load that fails is compared with the last one that went well, from the journal too."""

import os
import pathlib
import shutil
import tempfile

from lib import bus, session, system
from lib.command import FAILED, modkeeper, of_json
from lib.service import ServiceTest


class Changed(ServiceTest):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mk-changed-", dir="/run"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(system.unload, "mk_params", "nbd")
        system.unload("mk_params", "nbd")

    def worked(self, name, **options):
        return of_json("why", name, **options)["diagnosis"]["last_loaded"]

    def changes(self, name):
        return {one["what"]: (one["before"], one["now"]) for one in self.worked(name)["since"]}

    @staticmethod
    def entries(name):
        return system.run("journalctl", "-b", "-o", "json", f"MODKEEPER_MODULE={name}",
                          "MODKEEPER_KIND=load-live", check=False).stdout.splitlines()

    def went_well(self, *words):
        """A load that the journal knows, of a module that is gone again."""
        name = "nbd" if "nbd" in words else "mk_params"
        before = len(self.entries(name))
        system.run(*words)
        system.until(lambda: len(self.entries(name)) > before, "the journal's entry")
        system.rmmod(name)

    def fail(self, *words):
        """Somebody's own load, without the daemon."""
        self.assertNotEqual(system.run(*words, check=False).returncode, 0)

    def test_parameters_that_it_got_before_are_told(self):
        self.went_well("insmod", system.ours("mk_params"), "plain=3")
        self.fail("insmod", system.ours("mk_params"), "plain=many")
        self.assertEqual(self.changes("mk_params"), {"parameters": ("plain=3", "plain=many")})
        worked = self.worked("mk_params")
        self.assertEqual(worked["kernel_release"], os.uname().release)
        self.assertRegex(modkeeper("why", "mk_params").stdout,
                         r"It last loaded at .* under \S+; since then its parameters changed "
                         r"\(were plain=3, now plain=many\)\.\n$")
        # the same with the daemon's word for it
        why = bus.proxy(interface="org.modkeeper1.Recorder").Why("mk_params", {}, signature="sa{sv}")
        since = why["diagnosis"]["last_loaded"]["since"]
        self.assertEqual([str(one["what"]) for one in since], ["parameters"])

    def test_a_file_that_was_replaced_is_told(self):
        file = self.folder / "first.ko"
        shutil.copy(system.ours("mk_params"), file)
        self.went_well("insmod", file)
        # cut: the kernel cannot read its name, the record takes that of the file
        other = self.folder / "mk_params.ko"
        other.write_bytes(file.read_bytes()[:-4096])
        self.fail("insmod", other)
        changes = self.changes("mk_params")
        self.assertIn("path", changes)
        self.assertTrue({"size", "build"} & set(changes), changes)

    def test_a_failed_load_says_it_at_once(self):
        self.went_well("modkeeper", "load", "nbd", "nbds_max=1")
        failed = modkeeper("load", "nbd", "max_part=-1", status=FAILED)
        self.assertRegex(failed.stderr, r"note: It last loaded at .*; since then its parameters "
                                        r"changed \(were nbds_max=1, now max_part=-1\)\n")
        # one that never comes to the kernel is no failure of a load
        failed = modkeeper("load", "nbd", "none=1", status=FAILED)
        self.assertNotIn("last loaded", failed.stderr)

    def test_the_driver_need_not_have_been_there(self):
        self.went_well("insmod", system.ours("mk_params"), "plain=3")
        bus.stop()
        system.rmmod("modkeeper")
        system.insmod(system.DRIVER)
        bus.start()
        self.fail("insmod", system.ours("mk_params"), "plain=many")
        self.assertEqual(self.changes("mk_params"), {"parameters": ("plain=3", "plain=many")})

    def test_without_a_change_nothing_is_said(self):
        self.went_well("insmod", system.ours("mk_params"), "plain=3")
        self.fail("insmod", system.ours("mk_params"), "plain=many")
        self.fail("insmod", system.ours("mk_params"), "plain=many")
        self.assertIsNotNone(self.worked("mk_params"), "the last that went well counts")
        self.fail("insmod", system.ours("mk_fail"))
        self.assertIsNone(self.worked("mk_fail"), "it has never loaded")

    def test_entries_have_kernel_and_build(self):
        system.insmod(system.ours("mk_params"))
        notes = pathlib.Path("/sys/module/mk_params/notes/.note.gnu.build-id").exists()
        system.rmmod("mk_params")
        self.went_well("insmod", system.ours("mk_params"))
        entry = self.entries("mk_params")[-1]
        self.assertIn(f'"MODKEEPER_KERNEL_RELEASE":"{os.uname().release}"', entry)
        self.assertEqual("MODKEEPER_BUILD_ID" in entry, notes)

    def test_others_get_nothing_of_it(self):
        self.went_well("insmod", system.ours("mk_params"), "plain=3")
        self.fail("insmod", system.ours("mk_params"), "plain=many")
        session.add_user("mk-other")
        self.addCleanup(session.remove_user, "mk-other")
        done = session.run_as("mk-other", "modkeeper", "why", "mk_params")
        self.assertNotIn("last loaded", done.stdout + done.stderr)
