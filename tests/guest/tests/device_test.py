# SPDX-License-Identifier: GPL-2.0-only
"""How /dev/modkeeper behaves: reading, waiting, being overtaken, and everything that is wrong."""

import ctypes
import errno
import mmap
import os
import select
import signal
import threading

from lib import system, uapi
from lib.device import Device, libc
from lib.driver import DriverTest


class Reading(DriverTest):
    def test_readers_do_not_disturb_each_other(self):
        one, two = self.device(), self.device()
        self.assertEqual([record.sequence for record in one.drain()],
                         [record.sequence for record in two.drain(size=uapi.RECORD_MAX)])
        self.assertEqual(one.stats()["readers"], 2)

    def test_only_whole_records_are_read(self):
        device = self.device()
        first = device.read()[0]
        device.seek_oldest()
        self.assertEqual([record.sequence for record in device.read(first.size + 8)], [1])
        self.assertEqual(device.read(uapi.RECORD_MAX)[0].sequence, 2)

    def test_a_small_buffer_is_an_error_and_loses_nothing(self):
        device = self.device()
        self.assertEqual(os.read(device.fd, 0), b"")
        for size in (1, 8, 64, 151):
            with self.assertRaises(OSError) as refused:
                os.read(device.fd, size)
            self.assertEqual(refused.exception.errno, errno.EINVAL)
        self.assertEqual(device.read()[0].sequence, 1)

    def test_a_bad_address_is_an_error_and_loses_nothing(self):
        device = self.device()
        for address in (0, 8, (1 << 47) - 4096, 0xFFFF_FFFF_FFFF_F000, 0xFFFF_8880_0000_0000):
            self.assertEqual(device.read_to_address(address, 65536), -errno.EFAULT)
        self.assertEqual(device.read()[0].sequence, 1)

    def test_a_buffer_that_ends_in_the_middle_is_an_error_and_loses_nothing(self):
        """The second of two pages may not be written to."""
        page = mmap.PAGESIZE
        memory = mmap.mmap(-1, 2 * page)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        self.assertEqual(libc.mprotect(ctypes.c_void_p(address + page), page, 0), 0)
        device = self.device()
        self.assertEqual(device.read_to_address(address + page - 100, 65536), -errno.EFAULT)
        self.assertEqual(device.read()[0].sequence, 1)
        libc.mprotect(ctypes.c_void_p(address + page), page, 3)

    def test_nothing_new_is_eagain_without_blocking(self):
        with self.assertRaises(BlockingIOError):
            self.reader().read()

    def test_seek_to_the_oldest_and_to_the_new(self):
        device = self.device()
        device.drain()
        device.seek_oldest()
        self.assertEqual(device.read()[0].sequence, 1)
        device.seek_new()
        self.assertFalse(device.readable())
        for offset, whence in ((1, os.SEEK_SET), (-1, os.SEEK_END), (0, os.SEEK_CUR), (0, 77)):
            with self.assertRaises(OSError) as refused:
                os.lseek(device.fd, offset, whence)
            self.assertEqual(refused.exception.errno, errno.EINVAL, (offset, whence))

    def test_mapping_part_of_the_ring_is_refused(self):
        with self.assertRaises(OSError) as refused:
            mmap.mmap(self.device().fd, mmap.PAGESIZE, prot=mmap.PROT_READ)
        self.assertEqual(refused.exception.errno, errno.EINVAL)


class Waiting(DriverTest):
    def test_poll_tells_of_the_next_record(self):
        reader = self.reader()
        self.assertFalse(reader.readable())
        system.insmod(system.ours("mk_base"))
        self.assertTrue(reader.readable())
        reader.drain()
        self.assertFalse(reader.readable())

    def test_a_blocked_poll_is_woken(self):
        reader = self.reader()
        woken = []
        waiting = threading.Thread(target=lambda: woken.append(reader.readable(60_000)), daemon=True)
        waiting.start()
        system.insmod(system.ours("mk_base"))
        waiting.join()
        self.assertEqual(woken, [True])

    def test_epoll_works(self):
        reader = self.reader()
        with select.epoll() as epoll:
            epoll.register(reader.fd, select.EPOLLIN | select.EPOLLET)
            self.assertEqual(epoll.poll(0), [])
            system.insmod(system.ours("mk_base"))
            self.assertEqual(epoll.poll(60), [(reader.fd, select.EPOLLIN)])

    def test_a_blocked_read_is_woken(self):
        reader = self.device(flags=0)
        reader.seek_new()
        found = []
        waiting = threading.Thread(target=lambda: found.extend(reader.read()), daemon=True)
        waiting.start()
        system.insmod(system.ours("mk_base"))
        waiting.join()
        self.assertEqual((found[0].kind, found[0].module), (uapi.LOAD_BEGIN, "mk_base"))

    def test_a_blocked_read_can_be_killed_and_interrupted(self):
        for number in (signal.SIGKILL, signal.SIGTERM):
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                with Device(flags=0) as device:
                    device.seek_new()
                    os.read(device.fd, 65536)
                os._exit(0)
            system.until(lambda: system.sleeps_in(child, system.READ), "a child that waits in read")
            os.kill(child, number)
            self.assertEqual(os.waitpid(child, 0)[1], number)


class Overtaken(DriverTest):
    parameters = ("ring_kb=64",)

    def test_what_was_lost_is_counted_exactly(self):
        slow, cramped, observer = self.device(), self.device(), self.device()
        first = slow.read(uapi.RECORD_MAX)[-1].sequence
        cramped.read(uapi.RECORD_MAX)
        while observer.stats()["first_sequence"] < first + 50:
            system.load_and_unload(system.ours("mk_base"))
        stats = observer.stats()

        lost, *rest = slow.drain()
        self.assertEqual(lost.kind, uapi.LOST)
        self.assertEqual(lost.sequence, first + 1)
        self.assertEqual(rest[0].sequence, lost.sequence + lost.count)
        self.assertEqual(rest[0].sequence, stats["first_sequence"])
        self.assertEqual([record.sequence for record in rest],
                         list(range(rest[0].sequence, stats["produced"] + 1)))
        self.assertEqual(stats["overwritten"], stats["first_sequence"] - 1)
        self.assertEqual(first + lost.count + len(rest), stats["produced"])

        late = self.device().drain()
        self.assertEqual(late[0].sequence, stats["first_sequence"])
        self.assertNotEqual(late[0].kind, uapi.LOST)

        # room for the count and for nothing else
        alone, = cramped.read(uapi.RECORD.size + uapi.RECORD_LOST.size)
        self.assertEqual((alone.kind, alone.sequence, alone.count),
                         (uapi.LOST, lost.sequence, lost.count))
        self.assertEqual(cramped.read()[0].sequence, stats["first_sequence"])


class Wrong(DriverTest):
    def refused(self, device, request, argument):
        with self.assertRaises(OSError) as refused:
            device.ioctl(request, argument)
        return refused.exception.errno

    def test_unknown_ioctls_are_enotty(self):
        device = self.device()
        for request in (uapi.request(2, 0x7f, 64), uapi.request(3, 0, uapi.INFO.size),
                        uapi.request(2, 0, uapi.INFO.size, kind=0xBC), 0, 0x5401,
                        uapi.request(3, 2, uapi.SNAPSHOT.size + 8),
                        uapi.request(3, 3, uapi.QUERY.size - 8)):
            self.assertEqual(self.refused(device, request, bytearray(4096)), errno.ENOTTY,
                             hex(request))

    def test_bad_addresses_are_efault(self):
        device = self.device()
        for request in (uapi.IOC_INFO, uapi.IOC_STATS, uapi.IOC_SNAPSHOT, uapi.IOC_QUERY):
            for address in (0, 0xFFFF_FFFF_FFFF_F000):
                self.assertEqual(device.ioctl_address(request, address), -errno.EFAULT)
        self.assertEqual(device.snapshot_raw(65536, address=8)[0], errno.EFAULT)

    def test_reserved_fields_and_unknown_flags_are_einval(self):
        device = self.device()
        self.assertEqual(device.snapshot_raw(65536, flags=2)[0], errno.EINVAL)
        self.assertEqual(device.snapshot_raw(65536, flags=1 << 31)[0], errno.EINVAL)
        self.assertEqual(device.snapshot_raw(65536, reserved=1)[0], errno.EINVAL)
        self.assertEqual(device.query_raw(b"modkeeper", flags=1)[0], errno.EINVAL)
        self.assertEqual(device.query_raw(b"modkeeper", reserved=1)[0], errno.EINVAL)

    def test_names_that_cannot_be_are_einval(self):
        device = self.device()
        for name in (b"", b"a/b", b"/", b"x" * uapi.NAME_SIZE):
            self.assertEqual(device.query_raw(name)[0], errno.EINVAL, name)

    def test_a_name_never_seen_is_enoent(self):
        self.assertEqual(self.device().query_raw(b"x" * (uapi.NAME_SIZE - 1))[0], errno.ENOENT)

    def test_a_shorter_or_longer_info_is_filled_as_far_as_both_know(self):
        device = self.device()
        whole = bytearray(uapi.INFO.size)
        device.ioctl(uapi.IOC_INFO, whole)
        short = bytearray(b"\xee" * 64)
        device.ioctl(uapi.request(2, 0, 16), short)
        self.assertEqual(short[:4], (16).to_bytes(4, "little"))
        self.assertEqual(short[4:16], whole[4:16])
        self.assertEqual(short[16:], b"\xee" * 48)
        long = bytearray(b"\xee" * 128)
        device.ioctl(uapi.request(2, 0, 128), long)
        self.assertEqual(long[:64], whole)


class InUse(DriverTest):
    def test_the_driver_stays_while_somebody_reads(self):
        reader = self.device(flags=0)
        reader.seek_new()
        found = []

        def read_until_a_module_comes():
            while not any(record.module for record in found):
                found.extend(reader.read())
        waiting = threading.Thread(target=read_until_a_module_comes, daemon=True)
        waiting.start()
        with Device() as other:
            other.seek_new()
            self.assertFalse(other.readable())
            with self.assertRaises(system.Failed) as refused:
                system.rmmod("modkeeper")
            self.assertIn("in use", refused.exception.stderr)
            self.assertEqual(system.sysfs("modkeeper", "refcnt"), "2")
        system.insmod(system.ours("mk_base"))
        waiting.join()
        # rmmod has refused by itself
        self.assertEqual([record.kind for record in found[:2]],
                         [uapi.TOOL_FAILED, uapi.LOAD_BEGIN])
        self.assertEqual(found[1].module, "mk_base")

    def test_it_goes_when_the_last_one_has_closed(self):
        child = os.fork()
        if child == 0:
            with Device(flags=0) as device:
                signal.pause()
            os._exit(0)
        system.until(lambda: system.sysfs("modkeeper", "refcnt") == "1", "the child's open file")
        with self.assertRaises(system.Failed):
            system.rmmod("modkeeper")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        system.until(lambda: system.sysfs("modkeeper", "refcnt") == "0", "the reference to go")
        system.rmmod("modkeeper")
        self.assertFalse(os.path.exists("/dev/modkeeper"))
        system.insmod(system.DRIVER)
