# SPDX-License-Identifier: GPL-2.0-only
"""What runs against what is configured and what is on disk, and bringing it back."""

import gzip
import json
import os
import pathlib

from lib import bus, system
from lib.command import DENIED, FAILED, NOTHING_TO_DO, OK, modkeeper, of_json
from lib.configuring import MODPROBE_D, ConfiguringTest, value


def cpio(files):
    """An archive as an initramfs is made of."""
    def entry(name, data, mode):
        fields = (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)

    return b"".join([*(entry(name, data, 0o100644) for name, data in files.items()),
                     entry("TRAILER!!!", b"", 0)])


class Drifting(ConfiguringTest):
    IMAGE = pathlib.Path(f"/boot/initrd.img-{os.uname().release}")

    def drift(self, module=None, **options):
        """The items about one module, or all."""
        done = system.run(*(["runuser", "-u", options["user"], "--"] if options else []),
                          "modkeeper", "drift", "--json", check=False)
        items = json.loads(done.stdout)["drift"]
        self.assertEqual(done.returncode, OK if items else NOTHING_TO_DO, done.stderr)
        return [item for item in items if module in (None, item["module"])]

    def test_a_machine_as_configured_has_none(self):
        self.assertEqual(self.drift(), [])
        modkeeper("apply", status=NOTHING_TO_DO)

    def test_a_parameter_is_brought_back(self):
        (MODPROBE_D / "zz-test.conf").write_text("options mk_params plain=5 nonsense=1\n")
        system.modprobe("mk_params")
        self.assertEqual([item["kind"] for item in self.drift("mk_params")], ["unknown-parameter"])
        pathlib.Path("/sys/module/mk_params/parameters/plain").write_text("6")
        for user in ({}, {"user": "nobody"}):
            found = [item for item in self.drift("mk_params", **user) if item["subject"] == "plain"]
            self.assertEqual([(one["configured"], one["running"]) for one in found], [("5", "6")])
            self.assertEqual(found[0]["where"], "/etc/modprobe.d/zz-test.conf:1")
        modkeeper("apply", "--dry-run")
        self.assertEqual(value("plain"), "6")
        modkeeper("apply", user="nobody", status=DENIED)
        self.assertEqual(value("plain"), "6")
        # the parameter that the module does not have is left for a person
        told = modkeeper("apply", status=FAILED).stdout
        self.assertIn("done    parameter plain of mk_params: 6 -> 5", told)
        self.assertIn("left    parameter nonsense of mk_params", told)
        self.assertEqual(value("plain"), "5")

    def test_what_is_enabled_is_loaded(self):
        modkeeper("enable", "mk_base")
        self.assertEqual([item["kind"] for item in self.drift("mk_base")], ["not-loaded"])
        self.assertEqual(of_json("apply", "--dry-run")["drift"][0]["result"], "would-change")
        self.assertFalse(system.is_loaded("mk_base"))
        self.assertEqual(of_json("apply")["drift"][0]["result"], "changed")
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(self.drift("mk_base"), [])

    def test_what_is_masked_is_told_and_stays(self):
        system.modprobe("mk_base")
        modkeeper("mask", "mk_base")
        found = self.drift("mk_base")
        self.assertEqual([(item["kind"], item["remedy"]) for item in found],
                         [("masked", "modkeeper unload mk_base")])
        modkeeper("apply", status=FAILED)
        self.assertTrue(system.is_loaded("mk_base"))

    def other_build(self):
        """mk_base with another build id."""
        notes = pathlib.Path("/sys/module/mk_base/notes/.note.gnu.build-id")
        system.modprobe("mk_base")
        build_id = notes.read_bytes()[-20:]
        system.unload("mk_base")
        data = system.ours("mk_base").read_bytes()
        self.assertEqual(data.count(build_id), 1)
        return data.replace(build_id, bytes(20))

    def test_another_build_than_on_disk_is_told(self):
        file = pathlib.Path("/tmp/mk_base.ko")
        file.write_bytes(self.other_build())
        self.addCleanup(file.unlink)
        system.insmod(file)
        found = self.drift("mk_base")
        self.assertEqual([(item["kind"], item["running"]) for item in found],
                         [("build", "build id " + "00" * 20)])
        system.unload("mk_base")
        system.modprobe("mk_base")
        self.assertEqual(self.drift("mk_base"), [])

    def test_the_initramfs_has_copies_of_another_day(self):
        folder = f"usr/lib/modules/{os.uname().release}/updates/"
        self.IMAGE.write_bytes(gzip.compress(cpio({
            folder + "mk_base.ko": self.other_build(),
            folder + "mk_user.ko": system.ours("mk_user").read_bytes(),
            "etc/modprobe.d/gone.conf": b"blacklist x\n"})))
        self.addCleanup(self.IMAGE.unlink)
        found = {(item["kind"], item["module"]) for item in self.drift()}
        self.assertIn(("initramfs-module", "mk_base"), found)
        self.assertNotIn(("initramfs-module", "mk_user"), found)
        self.assertIn(("initramfs-configuration", None), found)
        self.IMAGE.chmod(0o600)
        told = json.loads(system.run("runuser", "-u", "nobody", "--", "modkeeper", "drift",
                                     "--json", check=False).stdout)
        self.assertTrue(any(str(self.IMAGE) in text for text in told["unchecked"]), told)

    def test_the_bus_tells_it_too(self):
        modkeeper("enable", "mk_base")
        said = json.loads(bus.busctl("call", bus.NAME, bus.PATH, "org.modkeeper1.Configuration",
                                     "GetDrift").stdout)["data"]
        self.assertEqual([(row["kind"]["data"], row["module"]["data"]) for row in said[0]],
                         [("not-loaded", "mk_base")])
