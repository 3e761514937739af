# SPDX-License-Identifier: GPL-2.0-only
"""SNAPSHOT and QUERY, beside /proc/modules, sysfs and modinfo."""

import errno
import os
import struct
import threading

from lib import system, uapi
from lib.driver import DriverTest


class Snapshot(DriverTest):
    def compare(self, found):
        """All that /proc/modules and sysfs say, for all modules."""
        expected = system.proc_modules()
        self.assertEqual({module.name for module in found}, set(expected))
        for module in found:
            with self.subTest(module=module.name):
                other = expected[module.name]
                self.assertEqual(sum(module.memory), other.size)
                self.assertEqual(sum(module.memory[:4]), int(system.sysfs(module.name, "coresize")))
                self.assertEqual(sum(module.memory[4:]), int(system.sysfs(module.name, "initsize")))
                if module.name != "modkeeper":  # our own open file comes and goes
                    self.assertEqual(module.references, other.references)
                self.assertEqual(sorted(module.used_by), sorted(other.used_by))
                self.assertEqual(sorted(module.used_by),
                                 sorted(os.listdir(f"/sys/module/{module.name}/holders")))
                self.assertEqual({1: "Live", 2: "Loading", 3: "Unloading"}[module.state],
                                 other.state)
                self.assertEqual(module.version, system.sysfs(module.name, "version"))
                self.assertEqual(module.srcversion, system.sysfs(module.name, "srcversion"))
                self.assertEqual(module.taints,
                                 system.taint_bits(system.sysfs(module.name, "taint")))
        uses = {module.name: set() for module in found}
        for module in found:
            for user in module.used_by:
                uses[user].add(module.name)
        self.assertEqual({module.name: set(module.uses) for module in found}, uses)

    def test_it_says_what_proc_and_sysfs_say(self):
        system.modprobe("mk_user")
        system.insmod(system.ours("mk_proprietary"))
        self.compare(self.device().snapshot())

    def test_the_order_is_that_of_loading(self):
        """Of modules that were loaded since the driver was: earlier ones are in no certain order."""
        system.modprobe("mk_user")
        system.insmod(system.ours("mk_types"))
        found = [module.name for module in self.device().snapshot()]
        expected = list(reversed(system.proc_modules()))
        self.assertEqual(found[found.index("modkeeper"):], expected[expected.index("modkeeper"):])
        self.assertEqual(found[-3:], ["mk_base", "mk_user", "mk_types"])

    def test_nothing_is_copied_into_no_room(self):
        device = self.device()
        error, needed, count, generation, _ = device.snapshot_raw(0)
        self.assertEqual(error, 0)
        self.assertEqual(count, len(system.proc_modules()))
        self.assertEqual(generation, device.stats()["generation"])
        error, again, *_ = device.snapshot_raw(needed - 1)
        self.assertEqual((error, again), (errno.ENOSPC, needed))
        error, _, count, _, data = device.snapshot_raw(needed)
        self.assertEqual((error, len(uapi.modules(data))), (0, count))

    def test_the_generation_grows_with_every_change(self):
        device = self.device()
        seen = [device.stats()["generation"]]
        for change in (lambda: system.insmod(system.ours("mk_base")),
                       lambda: system.rmmod("mk_base")):
            change()
            seen.append(device.stats()["generation"])
        self.assertEqual(seen, sorted(set(seen)))
        self.assertEqual(device.stats()["generation"], seen[-1])

    def test_modules_that_went_are_remembered(self):
        device = self.device()
        system.insmod(system.ours("mk_base"))
        system.rmmod("mk_base")
        self.assertNotIn("mk_base", [module.name for module in device.snapshot()])
        gone = {module.name: module for module in device.snapshot(uapi.SNAPSHOT_GONE)}["mk_base"]
        self.assertEqual((gone.state, gone.last_kind), (uapi.GONE, uapi.UNLOAD))
        self.assertGreater(gone.gone_boottime, gone.loaded_boottime)
        self.assertEqual((gone.version, gone.references, gone.used_by), ("1.2.3", 0, []))

    def test_a_module_that_is_loading_is_seen_so(self):
        device = self.device()
        loading = threading.Thread(
            target=lambda: system.insmod(system.ours("mk_slow"), "ms=3000"), daemon=True)
        loading.start()
        module = system.until(lambda: next((module for module in device.snapshot()
                                            if module.name == "mk_slow"), None), "mk_slow to begin")
        self.assertEqual(module.state, uapi.COMING)
        loading.join()
        self.assertEqual(device.query("mk_slow").state, uapi.LIVE)

    def test_no_answer_tells_where_the_kernel_is(self):
        # one that has only data is at 0
        addresses = {module.address for module in system.proc_modules().values()} - {0}
        device = self.device()
        _, _, _, _, told = device.snapshot_raw(1 << 20, uapi.SNAPSHOT_GONE)
        words = set(struct.unpack(f"={len(told) // 8}Q", told))
        self.assertTrue(addresses)
        self.assertFalse(addresses & words)


class Query(DriverTest):
    def test_counts_and_times_follow_the_records(self):
        device = self.reader()
        for _ in range(3):
            system.insmod(system.ours("mk_slow"), "ms=10")
            system.rmmod("mk_slow")
        system.insmod(system.ours("mk_slow"), "ms=10")
        records = [record for record in device.drain() if record.module == "mk_slow"]
        module = device.query("mk_slow")
        begin, live = records[-2:]
        self.assertEqual(module.load_count, 4)
        self.assertEqual(module.load_sequence, begin.sequence)
        self.assertEqual(module.last_sequence, live.sequence)
        self.assertEqual(module.last_kind, uapi.LOAD_LIVE)
        self.assertEqual(module.loaded_boottime, live.boottime)
        self.assertEqual(module.loaded_realtime, live.realtime)
        self.assertEqual(module.init_ns, live.init_ns)
        self.assertEqual(module.gone_boottime, records[-3].boottime)

    def test_dash_and_underscore_are_the_same(self):
        system.insmod(system.ours("mk_base"))
        self.assertEqual(self.device().query("mk-base").name, "mk_base")

    def test_a_module_from_before_the_driver_is_marked(self):
        module = self.device().query("overlay")
        self.assertTrue(module.flags & uapi.PRESENT_BEFORE)
        self.assertEqual((module.load_count, module.loaded_boottime, module.init_ns), (0, 0, 0))
        self.assertEqual(module.last_kind, uapi.PRESENT)

    def test_a_failed_load_is_remembered(self):
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_fail"))
        module = self.device().query("mk_fail")
        self.assertEqual((module.state, module.last_kind, module.load_count),
                         (uapi.GONE, uapi.LOAD_FAILED, 0))

    def test_parameters_have_the_types_and_modes_that_the_kernel_knows(self):
        system.insmod(system.ours("mk_types"))
        told = {}
        for parameter in self.device().query("mk_types").parameters:
            name, kind, mode = parameter.split(":")
            told[name] = (kind, int(mode, 8))
        said = {}
        for line in system.run("modinfo", "-F", "parmtype", system.ours("mk_types"),
                               check=False).stdout.splitlines():
            name, kind = line.split(":", 1)
            said[name] = kind
        modes = {path: os.stat(f"/sys/module/mk_types/parameters/{path}").st_mode & 0o777
                 for path in os.listdir("/sys/module/mk_types/parameters")}
        self.assertEqual({name: mode for name, (_, mode) in told.items() if mode}, modes)
        self.assertEqual(told["a_hidden"], ("int", 0))
        for name, kind in (("a_byte", "byte"), ("a_short", "short"), ("a_ushort", "ushort"),
                           ("an_int", "int"), ("a_uint", "uint"), ("a_long", "long"),
                           ("a_ulong", "ulong"), ("a_ullong", "ullong"), ("a_charp", "charp"),
                           ("a_bool", "bool"), ("an_invbool", "invbool"), ("an_own", "unknown")):
            self.assertEqual(told[name][0], kind, name)
            if name in said:
                self.assertEqual(said[name], kind)
        module = self.device().query("mk_types")
        self.assertEqual(module.parameter_count, len(told))

    def test_a_small_buffer_says_how_large_it_must_be(self):
        device = self.device()
        error, needed, _ = device.query_raw(b"overlay", size=0)
        self.assertEqual(error, 0)
        error, again, _ = device.query_raw(b"overlay", size=needed - 8)
        self.assertEqual((error, again), (errno.ENOSPC, needed))
        error, _, data = device.query_raw(b"overlay", size=needed)
        self.assertEqual((error, uapi.module(data).name), (0, "overlay"))
