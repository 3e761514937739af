# SPDX-License-Identifier: GPL-2.0-only
"""What is recorded beside loads: requests and what came of them, refusals, parameters, references."""

import errno
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from lib import system, uapi
from lib.driver import DriverTest


class Coldplug(DriverTest):
    """udev loads what the devices of the machine ask for, itself and without the kernel's request."""

    def test_udev_loads_the_driver_of_a_device(self):
        device = next(path.parent for path in pathlib.Path("/sys/bus/virtio/devices").glob("*/modalias")
                      if path.read_text().startswith("virtio:d00000004"))
        alias = (device / "modalias").read_text().strip()
        module = system.run("modprobe", "--resolve-alias", alias).stdout.strip()
        self.assertEqual(module, "virtio_rng")
        system.unload(module)
        reader = self.reader()
        system.run("udevadm", "trigger", "--action=add", "--settle", device)
        records = reader.drain()
        begin, = (record for record in records
                  if record.kind == uapi.LOAD_BEGIN and record.module == module)
        live, = (record for record in records
                 if record.kind == uapi.LOAD_LIVE and record.module == module)
        self.assertEqual((device / "driver").resolve().name, module)
        self.assertEqual(live.load_sequence, begin.sequence)
        udevd = int(system.run("systemctl", "show", "--value", "--property=MainPID",
                               "systemd-udevd.service").stdout)
        for record in (begin, live):
            self.assertEqual((record.parent_pid, record.parent_comm), (udevd, "systemd-udevd"))
            self.assertIn("udev", record.comm)
            self.assertEqual((record.link, record.request_sequence), (uapi.LINK_NONE, 0))
        self.assertFalse([record for record in records if record.kind == uapi.REQUEST])


class Files(DriverTest):
    """The file of a module, plain or packed, where the kernel is given one."""

    def tearDown(self):
        system.unload("dummy")
        super().tearDown()

    def check_file(self, record, path):
        path = pathlib.Path(path).resolve()
        self.assertEqual(record.call, uapi.CALL_FINIT_MODULE)
        self.assertEqual((record.file, record.file_bytes), (str(path), path.stat().st_size))

    def packed(self, name, cut=None):
        """A copy of one of the tests' modules as the running kernel unpacks it."""
        if system.compression() != "xz":
            self.skipTest("this kernel does not unpack xz")
        path = pathlib.Path(tempfile.mkdtemp()) / f"{name}.ko.xz"
        self.addCleanup(shutil.rmtree, path.parent)
        data = lzma.compress(system.ours(name).read_bytes(), check=lzma.CHECK_CRC32)
        path.write_bytes(data[:cut])
        return path

    def test_a_module_of_the_distribution_has_its_file(self):
        path = pathlib.Path(system.run("modinfo", "-F", "filename", "dummy").stdout.strip())
        reader = self.reader()
        self.assertEqual(system.load_error(path, flags=system.flags_for(path)), 0)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        self.check_file(begin, path)

    def test_modprobe_of_a_module_of_the_distribution_has_its_file(self):
        path = system.run("modinfo", "-F", "filename", "dummy").stdout.strip()
        reader = self.reader()
        system.modprobe("dummy")
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        if begin.call == uapi.CALL_INIT_MODULE:  # modprobe has unpacked it
            self.assertNotEqual(pathlib.Path(path).suffix, ".ko")
            self.assertEqual((begin.file, begin.file_bytes), ("", 0))
        else:
            self.check_file(begin, path)

    def test_the_kernel_unpacks_a_file(self):
        path = self.packed("mk_base")
        reader = self.reader()
        self.assertEqual(system.load_error(path, flags=system.COMPRESSED_FILE), 0)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="mk_base")
        self.check_file(begin, path)
        self.assertEqual(begin.call_flags, system.COMPRESSED_FILE)

        self.assertEqual(system.load_error(path, flags=system.COMPRESSED_FILE), errno.EEXIST)
        failed, = self.told(reader, uapi.LOAD_FAILED)
        self.check_file(failed, path)
        self.assertEqual((failed.module, failed.stage), ("mk_base", uapi.STAGE_DUPLICATE))
        self.assertEqual(failed.details, uapi.DETAIL_NAME_OF_FILE)

    def test_a_packed_file_that_is_damaged_has_been_read(self):
        path = self.packed("mk_base", cut=-100)
        reader = self.reader()
        error = system.load_error(path, flags=system.COMPRESSED_FILE)
        self.assertTrue(error)
        failed, = self.told(reader, uapi.LOAD_FAILED)
        self.check_file(failed, path)
        self.assertEqual(failed.error, error)
        self.assertNotEqual(failed.stage, uapi.STAGE_PERMISSION)


class Places(DriverTest):
    """A path tells of a file only together with the root and the mounts that it was seen by."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="/run"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "mk_base.ko"
        shutil.copy(system.ours("mk_base"), self.path)
        self.namespace = os.stat("/proc/self/ns/mnt").st_ino

    def check_place(self, record, path, details):
        status = self.path.stat()
        self.assertEqual((record.file, record.file_inode, record.file_major, record.file_minor),
                         (str(path), status.st_ino, os.major(status.st_dev), os.minor(status.st_dev)))
        self.assertEqual(record.details, details)

    def test_a_file_is_told_by_its_inode(self):
        reader = self.reader()
        system.insmod(self.path)
        begin, live = (record for record in reader.drain() if record.module == "mk_base")
        for record in (begin, live):
            self.check_place(record, self.path, 0)
            self.assertEqual(record.mount_namespace, self.namespace)

    def test_a_path_below_another_root_says_so(self):
        reader = self.reader()
        for error in (0, errno.EEXIST):
            pid = os.fork()
            if pid == 0:
                os.chroot(self.folder)
                os._exit(system.load_error("/mk_base.ko"))
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), error)
        begin, failed = (record for record in reader.drain()
                         if record.kind in (uapi.LOAD_BEGIN, uapi.LOAD_FAILED))
        self.check_place(begin, "/mk_base.ko", uapi.DETAIL_OTHER_ROOT)
        self.check_place(failed, "/mk_base.ko", uapi.DETAIL_OTHER_ROOT)
        self.assertEqual(begin.mount_namespace, self.namespace)

    def test_another_mount_namespace_is_told_by_its_inode(self):
        reader = self.reader()
        done = system.run("unshare", "--mount", "sh", "-ec",
                          'stat --dereference --format=%i /proc/self/ns/mnt; exec insmod "$0"',
                          self.path)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="mk_base")
        self.check_place(begin, self.path, 0)
        self.assertEqual(begin.mount_namespace, int(done.stdout))
        self.assertNotEqual(begin.mount_namespace, self.namespace)


class Requests(DriverTest):
    def tearDown(self):
        system.run("ip", "link", "delete", "dummy0", check=False)
        system.unload("dummy")
        super().tearDown()

    def test_a_link_brings_its_module(self):
        reader = self.reader()
        process = subprocess.Popen(["ip", "link", "add", "type", "dummy"])
        self.assertEqual(process.wait(), 0)
        records = reader.drain()
        request, = (record for record in records if record.kind == uapi.REQUEST)
        self.assertEqual((request.alias, request.waits), ("rtnl-link-dummy", 1))
        self.assertEqual((request.pid, request.comm), (process.pid, "ip"))
        self.assertRegex(request.caller, r"^\w+\+0x[0-9a-f]+/0x[0-9a-f]+( \[\w+\])?$")
        self.assertNotIn("trampoline", request.caller)
        for kind in (uapi.LOAD_BEGIN, uapi.LOAD_LIVE):
            load, = (record for record in records if record.kind == kind)
            self.assertEqual((load.module, load.comm), ("dummy", "modprobe"))
            self.assertEqual((load.link, load.request_sequence),
                             (uapi.LINK_CERTAIN, request.sequence))
            self.assertEqual((load.request_pid, load.request_uid, load.request_comm),
                             (process.pid, 0, "ip"))
            self.assertEqual(load.alias, "rtnl-link-dummy")
            self.assertRegex(load.command, r"modprobe -q -- rtnl-link-dummy$")
            self.assertRegex(load.parent_comm, "^kworker/")
            # What modprobe unpacks itself reaches the kernel without a file.
            if load.call == uapi.CALL_FINIT_MODULE:
                self.assertRegex(load.file, r"/dummy\.ko(\.\w+)?$")

    def test_a_node_without_driver_is_asked_for(self):
        reader = self.reader()
        node = pathlib.Path("/dev/mk-test-node")
        os.mknod(node, 0o600 | 0o020000, os.makedev(99, 77))
        self.addCleanup(node.unlink)
        with self.assertRaises(OSError):
            node.open("rb").close()
        aliases = [record.alias for record in reader.drain() if record.kind == uapi.REQUEST]
        self.assertEqual(aliases[0], "char-major-99-77")

    def test_dependencies_share_the_request(self):
        if system.run("modinfo", "btrfs", check=False).returncode:
            self.skipTest("this kernel has no btrfs, which needs other modules")
        system.run("modprobe", "-r", "btrfs", check=False)
        reader = self.reader()
        system.run("mount", "-t", "btrfs", "/dev/null", "/mnt", check=False)
        records = reader.drain()
        requests = [record for record in records
                    if record.kind == uapi.REQUEST and record.alias == "fs-btrfs"]
        self.assertTrue(requests)
        loads = [record for record in records if record.kind == uapi.LOAD_BEGIN and
                 record.alias == "fs-btrfs"]
        self.assertIn("btrfs", [load.module for load in loads])
        self.assertEqual({load.request_sequence for load in loads}, {requests[0].sequence})
        self.assertEqual({load.link for load in loads}, {uapi.LINK_CERTAIN})

    def test_a_load_by_hand_has_no_request(self):
        reader = self.reader()
        system.modprobe("dummy")
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        self.assertEqual((begin.link, begin.request_sequence, begin.alias),
                         (uapi.LINK_NONE, 0, ""))


class Refusals(DriverTest):
    def refused(self, name):
        reader = self.reader()
        before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        error = system.delete_error(name)
        took = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - before
        record, = self.told(reader, uapi.UNLOAD_REFUSED)
        self.assertEqual((record.module, record.error, record.pid), (name, error, os.getpid()))
        self.assertEqual(record.call_flags, os.O_NONBLOCK)
        self.assertTrue(0 < record.duration <= took)
        return record

    def test_a_module_that_is_not_loaded(self):
        record = self.refused("mk_nosuch")
        self.assertEqual((record.error, record.reason), (errno.ENOENT, uapi.REFUSAL_NOT_LOADED))

    def test_a_module_that_others_need(self):
        system.modprobe("mk_user")
        record = self.refused("mk_base")
        self.assertEqual((record.error, record.reason), (errno.EAGAIN, uapi.REFUSAL_REFERENCED))
        self.assertEqual(record.used_by, ",".join(system.proc_modules()["mk_base"].used_by))
        self.assertEqual(record.references, int(system.sysfs("mk_base", "refcnt")))

    def test_a_module_that_is_open(self):
        record = self.refused("modkeeper")
        self.assertEqual(record.references, int(system.sysfs("modkeeper", "refcnt")))
        self.assertEqual((record.error, record.reason), (errno.EAGAIN, uapi.REFUSAL_IN_USE))

    def test_a_user_who_may_not(self):
        system.insmod(system.ours("mk_base"))
        reader = self.reader()
        pid = os.fork()
        if pid == 0:
            os.setuid(65534)
            os._exit(system.delete_error("mk_base"))
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), errno.EPERM)
        record, = self.told(reader, uapi.UNLOAD_REFUSED)
        self.assertEqual((record.reason, record.uid), (uapi.REFUSAL_PERMISSION, 65534))

    def test_an_unload_tells_how_long_it_took(self):
        system.insmod(system.ours("mk_slow"), "ms=0", "exit_ms=30")
        reader = self.reader()
        system.rmmod("mk_slow")
        record, = self.told(reader, uapi.UNLOAD, module="mk_slow")
        # Ticks that a busy host has held up come all at once, and end a sleep early.
        self.assertGreaterEqual(record.duration, 10_000_000)
        self.assertEqual(record.command, "rmmod mk_slow")
        self.assertEqual(record.parent_pid, os.getpid())


class Parameters(DriverTest):
    def written(self, reader):
        return [(record.module, record.parameter, record.old_value, record.new_value, record.error)
                for record in reader.drain() if record.kind == uapi.PARAMETER]

    def test_writes_tell_old_and_new(self):
        system.insmod(system.ours("mk_types"))
        folder = pathlib.Path("/sys/module/mk_types/parameters")
        reader = self.reader()
        expected = []
        for file in sorted(folder.iterdir()):
            if file.stat().st_mode & 0o204 != 0o204:
                continue
            old = file.read_text().rstrip("\n")
            value = {"Y": "0", "N": "1"}.get(old, "1")
            file.write_text(value + "\n")
            # Strings, arrays and kinds of a module's own are not read.
            if file.name in ("a_charp", "an_array", "an_own"):
                old = ""
            expected.append(("mk_types", file.name, old, value, 0))
        self.assertEqual(self.written(reader), expected)
        self.assertGreater(len(expected), 12)

    def test_a_value_that_not_all_may_read_is_not_told(self):
        system.insmod(system.ours("mk_types"))
        folder = pathlib.Path("/sys/module/mk_types/parameters")
        reader = self.reader()
        for name in ("a_secret", "a_group_secret"):
            self.assertFalse((folder / name).stat().st_mode & 0o004)
            (folder / name).write_text("4711")
        self.assertEqual(self.written(reader), [("mk_types", "a_secret", "", "", 0),
                                                ("mk_types", "a_group_secret", "", "", 0)])

    def test_negative_and_large_values_are_told_as_they_are_read(self):
        system.insmod(system.ours("mk_types"))
        folder = pathlib.Path("/sys/module/mk_types/parameters")
        for name, value in (("an_int", "-2147483648"), ("a_short", "-3"), ("a_long", "-1"),
                            ("a_ullong", "18446744073709551615"), ("a_byte", "255"),
                            ("a_hexint", "0xdeadbeef"), ("an_array", "4,5,6")):
            (folder / name).write_text(value)
            shown = (folder / name).read_text().rstrip("\n")
            reader = self.reader()
            (folder / name).write_text(value)
            old = "" if name == "an_array" else shown
            self.assertEqual(self.written(reader), [("mk_types", name, old, value, 0)])

    def test_a_refused_value_has_its_errno(self):
        system.insmod(system.ours("mk_types"))
        reader = self.reader()
        file = next(file for file in
                    pathlib.Path("/sys/module/mk_types/parameters").iterdir()
                    if file.name.endswith("int") and file.stat().st_mode & 0o204 == 0o204)
        old = file.read_text().rstrip("\n")
        with file.open("wb", buffering=0) as parameter:
            with self.assertRaises(OSError) as refused:
                parameter.write(b"many")
        self.assertEqual(self.written(reader),
                         [("mk_types", file.name, old, "many", refused.exception.errno)])

    def test_built_in_code_has_parameters_too(self):
        reader = self.reader()
        file = pathlib.Path("/sys/module/printk/parameters/time")
        old = file.read_text().rstrip("\n")
        file.write_text(old)
        self.assertEqual(self.written(reader), [("printk", "time", old, old, 0)])


class References(DriverTest):
    parameters = ("track_refs=1",)

    def test_who_takes_and_who_gives_back(self):
        system.insmod(system.ours("mk_base"))
        reader = self.reader()
        system.insmod(system.ours("mk_user"))
        references = self.told(reader, uapi.REFERENCE, module="mk_base")
        self.assertTrue(references)
        self.assertEqual(references[0].got, 1)
        self.assertRegex(references[0].caller, r"^\w[\w.]*\+0x")
        self.assertEqual(references[-1].references, int(system.sysfs("mk_base", "refcnt")))

    def test_they_are_a_feature(self):
        self.assertTrue(self.device().info()["features"] & uapi.FEATURE_REFERENCES)


class ReferencesLater(DriverTest):
    """The parameter is written while the driver runs."""

    switch = pathlib.Path("/sys/module/modkeeper/parameters/track_refs")

    def changes(self, reader):
        system.insmod(system.ours("mk_base"))
        system.insmod(system.ours("mk_user"))
        system.unload("mk_user", "mk_base")
        return self.told(reader, uapi.REFERENCE, module="mk_base")

    def test_they_are_recorded_as_long_as_they_are_switched_on(self):
        reader = self.reader()
        self.assertEqual(self.changes(reader), [])
        for _ in range(3):
            self.switch.write_text("1")
            self.switch.write_text("Y")
            self.assertEqual(self.switch.read_text(), "Y\n")
            self.assertTrue(self.device().info()["features"] & uapi.FEATURE_REFERENCES)
            self.assertTrue(self.changes(reader))
            self.switch.write_text("0")
            self.assertFalse(self.device().info()["features"] & uapi.FEATURE_REFERENCES)
            self.assertEqual(self.changes(reader), [])
        with self.assertRaises(OSError) as refused:
            self.switch.write_text("perhaps")
        self.assertEqual(refused.exception.errno, errno.EINVAL)

    def test_the_driver_goes_while_they_are_switched_on(self):
        self.switch.write_text("1")
        system.unload("modkeeper")
        system.insmod(system.DRIVER)
        self.assertEqual(self.switch.read_text(), "N\n")


class WithoutProbes(DriverTest):
    parameters = ("trace_probes=0",)

    def test_the_rest_works_and_says_so(self):
        device = self.device()
        features = device.info()["features"]
        self.assertEqual(features, uapi.FEATURE_NOTIFIER | uapi.FEATURE_NETLINK
                         | uapi.FEATURE_REQUESTS)
        device.seek_new()
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_fail"))
        begin, failed = device.drain()
        self.assertEqual((begin.kind, begin.file, begin.call), (uapi.LOAD_BEGIN, "", 0))
        self.assertEqual((failed.kind, failed.stage, failed.error),
                         (uapi.LOAD_FAILED, uapi.STAGE_UNKNOWN, 0))

    def told(self, load):
        """What the records of a load of mk_types have as its parameters."""
        reader = self.reader()
        self.assertEqual(load(), 0)
        begin, live = reader.drain()
        system.unload("mk_types")
        self.assertEqual((begin.flags, live.flags, begin.args), (0, 0, live.args))
        return begin.args

    def test_parameters_of_each_call_are_told(self):
        """From 7.3 on the kernel shows them to nobody: they are in the call."""
        path = system.ours("mk_types")
        words = "a_charp=" + "x" * 900
        self.assertEqual(self.told(lambda: system.load_error(path, words.encode())), words)
        self.assertEqual(self.told(lambda: system.load_error(path)), "")
        image = pathlib.Path(path).read_bytes()
        self.assertEqual(self.told(lambda: system.libc.syscall(
            system.INIT_MODULE, image, len(image), words.encode())), words)

    @system.with_programs_of_32_bits
    def test_parameters_of_a_32_bit_program_are_told(self):
        path = str(system.ours("mk_types"))
        words = "a_charp=" + "y" * 900
        given = b"".join(word.encode() + b"\0" for word in (path, words))
        self.assertEqual(self.told(lambda: subprocess.run(
            ["/usr/lib/modkeeper-tests/load32"], input=given, check=False).returncode), words)


class Sources(DriverTest):
    def test_all_are_there_and_nothing_is_missed(self):
        device = self.device()
        self.assertEqual(device.info()["features"],
                         uapi.FEATURE_REQUEST_GATE | uapi.FEATURE_KERNEL_LINES | uapi.FEATURE_TOOLS
                         | (uapi.FEATURE_REFERENCES - 1))
        for _ in range(5):
            system.modprobe("mk_user")
            system.run("modprobe", "-r", "mk_user")
        self.assertEqual(device.stats()["probes_missed"], 0)
