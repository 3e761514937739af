# SPDX-License-Identifier: GPL-2.0-only
"""Holders among disks and devices: tables that wait, disks in memory, what a driver has."""

import pathlib

from lib import system
from lib.holding import Holding, freed, held


class Disks(Holding):
    def test_a_table_that_is_not_in_force(self):
        self.module("null_blk", "nr_devices=1", "gb=1")
        self.module("dm_mod")
        module = self.module("dm_delay")
        system.run("dmsetup", "create", "mk-later", "--notable")
        self.addCleanup(system.run, "dmsetup", "remove", "mk-later", check=False)
        system.run("dmsetup", "load", "mk-later", "--table", "0 2048 delay /dev/nullb0 0 1")
        self.assertEqual([(one["references"], one["through"]) for one in held(module, "disk")],
                         [(1, "of which a table is not in force yet")])
        freed(self, module)

    def test_what_compresses_disks_in_memory(self):
        module = self.module("lz4hc")
        self.module("zram", "num_devices=1")
        disk = pathlib.Path("/sys/block/zram0")
        if (disk / "algorithm_params").exists():
            self.skipTest("zram of this kernel has algorithms of its own")
        (disk / "comp_algorithm").write_text("lz4hc")
        (disk / "disksize").write_text("16M")
        system.run("mkswap", "/dev/zram0")
        system.run("swapon", "/dev/zram0")
        self.assertEqual([one["through"] for one in held(module, "disk")],
                         ["which compresses with lz4hc"])
        freed(self, module)


class Controllers(Holding):
    def test_a_management_controller(self):
        # run --device ipmi-bmc-sim,id=bmc --device isa-ipmi-kcs,bmc=bmc
        if not list(pathlib.Path("/sys/bus/acpi/devices").glob("IPI0001:*")):
            self.skipTest("this machine has no management controller")
        for module in ("ipmi_si", "acpi_ipmi", "ipmi_devintf"):
            self.module(module)
        system.until(lambda: pathlib.Path("/dev/ipmi0").exists(), "the controller answers")
        holder = self.process("python3", "-c", "import time; a = open('/dev/ipmi0'); "
                              "print('up', flush=True); time.sleep(1000)")
        found = held("ipmi_si")
        self.assertEqual([one["pid"] for one in found if one["kind"] == "file"], [holder.pid])
        self.assertEqual([(one["through"], one["references"]) for one in found
                          if one["kind"] == "device"],
                         [("with 1 user in the kernel, perhaps acpi_ipmi", 1)])
        freed(self, "ipmi_si")


class Codecs(Holding):
    def test_of_a_sound_card(self):
        audio = "0x0403"  # run --device intel-hda --device hda-output
        if not any(file.read_text().startswith(audio)
                   for file in pathlib.Path("/sys/bus/pci/devices").glob("*/class")):
            self.skipTest("this machine has no controller of such codecs")
        self.module("snd_hda_intel")
        codecs = pathlib.Path("/sys/bus/hdaudio/devices")
        system.until(lambda: list(codecs.glob("*/driver/module")), "a driver has the codec")
        codec, = codecs.iterdir()
        module = (codec / "driver/module").resolve().name
        found, = held(module, "device")
        self.assertEqual((found["what"], found["through"]),
                         (codec.name, "a codec of snd_hda_intel"))
        freed(self, module)
