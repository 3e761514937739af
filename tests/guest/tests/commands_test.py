# SPDX-License-Identifier: GPL-2.0-only
"""Commands of modprobe.d in the place of a module, files in any packing, under any name."""

import gzip
import pathlib
import tempfile
import time

from lib import system
from lib.command import DENIED, FAILED, NOT_FOUND, TIMEOUT, modkeeper, of_json
from lib.service import ServiceTest

CONFIGURATION = pathlib.Path("/run/modprobe.d/mk-commands-test.conf")


class Commands(ServiceTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.addCleanup(self.clean)
        self.clean()

    def clean(self):
        CONFIGURATION.unlink(missing_ok=True)
        system.unload("mk_user", "mk_base", "mk_params")

    def configure(self, text):
        CONFIGURATION.parent.mkdir(exist_ok=True)
        CONFIGURATION.write_text(text, encoding="utf-8")

    def test_one_that_hangs_is_ended_and_named(self):
        self.configure("install mk_base /bin/sleep 97\n")
        began = time.monotonic()
        failed = modkeeper("load", "--timeout", "2", "mk_base", status=TIMEOUT)
        self.assertLess(time.monotonic() - began, 60)
        self.assertIn('its install command "/bin/sleep 97"', failed.stderr)
        self.assertIn("did not end within 2 s", failed.stderr)
        self.assertNotIn("kernel did not answer", failed.stderr)
        self.assertNotIn("sleep 97", system.run("ps", "-eo", "args").stdout)
        # nothing of it is in the way of the next one
        self.configure("")
        modkeeper("load", "mk_base")

    def test_parameters_are_words_in_its_environment(self):
        script = self.folder / "script"
        script.write_text('#!/bin/sh\nexec modprobe --ignore-install "$MODPROBE_MODULE" "$@"\n',
                          encoding="utf-8")
        script.chmod(0o755)
        self.configure(f"install mk_params {script} $CMDLINE_OPTS\n")
        modkeeper("load", "mk_params", "plain=7")
        self.assertEqual(system.sysfs("mk_params", "parameters/plain"), "7")
        system.unload("mk_params")
        self.configure("install mk_params /bin/false $CMDLINE_OPTS\n")
        modkeeper("load", "mk_params", "text=;id>/run/modkeeper/pwned", status=DENIED)
        self.assertFalse(pathlib.Path("/run/modkeeper/pwned").exists())

    def test_what_plan_foretells_is_what_load_does(self):
        self.configure("install mk_base /bin/false\n")
        plan = of_json("plan", "mk_base", status=DENIED)
        self.assertIn("loads nothing", plan["message"])
        modkeeper("load", "mk_base", status=DENIED)
        modkeeper("plan", "--ignore-install", "mk_base")
        modkeeper("load", "--ignore-install", "mk_base")

    def test_a_parameter_that_cannot_work_is_named_with_its_line(self):
        for line in ("options mk_params plain = 5", "options mk_params plain=$N"):
            self.configure(line + "\n")
            for command in ("plan", "load"):
                failed = modkeeper(command, "mk_params", status=FAILED)
                said = failed.stdout + failed.stderr
                self.assertIn("plain", said)
                self.assertIn(f"{CONFIGURATION}:1", said)
        self.assertFalse(system.is_loaded("mk_params"))

    def test_an_alias_to_nowhere_is_named_with_its_line(self):
        self.configure("alias mk-thing off\n")
        for command in ("plan", "load"):
            failed = modkeeper(command, "mk-thing", status=NOT_FOUND)
            self.assertIn('"off"', failed.stderr)
            self.assertIn(f"{CONFIGURATION}:1", failed.stderr)

    def test_a_packed_file_under_another_name_is_loaded_and_taken_back(self):
        packed = self.folder / "renamed-1.0.ko.gz"
        packed.write_bytes(gzip.compress(system.ours("mk_base").read_bytes()))
        self.assertEqual(of_json("load", packed)["modules"], ["mk_base"])
        self.assertTrue(system.is_loaded("mk_base"))
        modkeeper("unload", "mk_base")
