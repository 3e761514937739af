# SPDX-License-Identifier: GPL-2.0-only
"""Modules of the stock kernel, loaded and unloaded as people do."""

import os

from lib import system, uapi
from lib.driver import DriverTest

# name and parameters; each brings its own kind of work into the loader
REAL = (
    ("wireguard",), ("btrfs",), ("nf_tables",),
    ("dummy", "numdummies=3"), ("loop", "max_loop=2"), ("brd", "rd_nr=1"), ("null_blk", "nr_devices=1"),
    ("ext4",), ("xfs",), ("bridge",), ("tun",), ("veth",), ("raid456",), ("dm_mod",), ("macvlan",),
    ("snd_hda_intel",), ("usb_storage",), ("e1000e",), ("ip_tables",), ("zram", "num_devices=1"),
    # Debian has it for some machines only
    *([("scsi_debug", "add_host=2")] if os.uname().machine == "x86_64" else []),
)


class RealModules(DriverTest):
    def remove(self, name):
        """With what another test has left that uses it. What udev looks at holds it for a moment."""
        for user in getattr(system.proc_modules().get(name), "used_by", []):
            self.remove(user)
        system.until(lambda: system.run("modprobe", "-r", name, check=False).returncode == 0 or
                     not system.is_loaded(name), f"{name} to go")

    def load_and_unload(self, name, *parameters):
        reader = self.reader()
        if system.is_loaded(name):  # the guest's own start has loaded it and does not use it
            self.remove(name)
        before = set(system.proc_modules())
        system.modprobe(name, *parameters)
        # udev loads more for the devices that come with it
        system.run("udevadm", "settle")
        loaded = set(system.proc_modules()) - before
        records = [record for record in reader.drain() if record.kind != uapi.LOST]
        live = [record.module for record in records if record.kind == uapi.LOAD_LIVE]
        self.assertEqual(set(live), loaded)
        self.assertEqual(len(live), len(loaded))
        # the list is in the order in which they came, and one may bring another in its init
        begun = [record.module for record in records
                 if record.kind == uapi.LOAD_BEGIN and record.module in loaded]
        self.assertEqual(begun, [module.name for module in reader.snapshot()
                                 if module.name in loaded])
        begin = next(record for record in records
                     if record.kind == uapi.LOAD_BEGIN and record.module == name)
        self.assertEqual(begin.args.split(), configured(name) + list(parameters))
        self.assertEqual(begin.comm, "modprobe")
        for record in records:
            if record.kind == uapi.LOAD_LIVE:
                self.assertEqual(record.srcversion, system.sysfs(record.module, "srcversion"))
                self.assertEqual(record.core_bytes, int(system.sysfs(record.module, "coresize")))
        said = system.proc_modules()
        for module in reader.snapshot():
            if module.name in loaded:
                self.assertEqual(sorted(module.used_by), sorted(said[module.name].used_by))
                self.assertEqual(sum(module.memory), said[module.name].size)
        self.check_parameters(reader.query(name))

        system.run("udevadm", "settle")
        self.remove(name)
        gone = set(said) - set(system.proc_modules())
        unloaded = [record.module for record in reader.drain() if record.kind == uapi.UNLOAD]
        self.assertEqual(set(unloaded) & loaded, gone & loaded)
        self.assertIn(name, unloaded)

    def check_parameters(self, module):
        folder = f"/sys/module/{module.name}/parameters"
        visible = os.listdir(folder) if os.path.isdir(folder) else []
        told = {parameter.split(":")[0]: int(parameter.split(":")[2], 8)
                for parameter in module.parameters}
        self.assertEqual({name for name, mode in told.items() if mode}, set(visible))


def configured(name):
    """What modprobe.d adds to every load of it; systemd ships some of it."""
    lines = [line.split() for line in system.run("modprobe", "--showconfig").stdout.splitlines()]
    return [word for line in lines if line[:2] == ["options", name] for word in line[2:]]


def add_test(name, parameters):
    def test(self):
        self.load_and_unload(name, *parameters)
    setattr(RealModules, "test_" + "_".join((name, *parameters)), test)


for one in REAL:
    add_test(one[0], one[1:])
