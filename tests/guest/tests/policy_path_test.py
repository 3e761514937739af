# SPDX-License-Identifier: GPL-2.0-only
"""Rules about the path of a module's file: of whom the driver knows it, and that nobody makes it wait or say
another one."""

import errno
import os
import pathlib
import subprocess

from lib import policy, system
from lib.driver import DriverTest
from lib.policy import Policy

FILE = pathlib.Path("/root/mk_base.ko")  # on the file system of the root
DETACH, NO_FOLLOW = 2, 8  # flags of umount2
LONG = 120  # seconds, after which something hangs


class Paths(DriverTest):
    def setUp(self):
        self.control = self.device()
        self.addCleanup(policy.clear, self.control)
        self.addCleanup(system.unload, "mk_base")

    def copy(self, path=FILE):
        self.addCleanup(path.unlink, missing_ok=True)
        path.write_bytes(system.ours("mk_base").read_bytes())
        return path

    def folder(self, path):
        folder = pathlib.Path(path)
        folder.mkdir()
        self.addCleanup(folder.rmdir)
        return folder

    def mount(self, *words):
        system.run("mount", *words)
        self.addCleanup(system.libc.umount2, str(words[-1]).encode(), DETACH)

    def is_known(self, path, load, *arguments):
        """Do rules know that the file that this loads is there? None: they do not know where it is."""
        self.assertEqual(load(*arguments), 0)
        system.unload("mk_base")
        known = {}
        for negated in ("", "not "):
            policy.set_policy(self.control, Policy().deny("mk_base", conditions=[f"{negated}path={path}"]))
            error = load(*arguments)
            self.assertIn(error, (0, errno.EACCES))
            known[negated] = error == errno.EACCES
            system.unload("mk_base")
        policy.clear(self.control)
        self.assertFalse(known[""] and known["not "])
        return known[""] if any(known.values()) else None

    @staticmethod
    def insmod(*words):
        """By a program that is given such words: errno or 0."""
        done = system.run(*words, check=False)
        assert done.returncode == 0 or "Permission denied" in done.stderr, done.stderr
        assert done.returncode or system.is_loaded("mk_base"), words
        return errno.EACCES if done.returncode else 0

    # ---- in the mounts of the first process ----

    def test_it_is_where_the_first_process_sees_it(self):
        for path in (self.copy(), self.copy(pathlib.Path("/dev/shm/mk_base.ko"))):
            self.assertIs(self.is_known(path, system.load_error, path), True)
            self.assertIs(self.is_known("/opt/*", system.load_error, path), False)

    def test_a_file_that_is_mounted_there(self):
        other = self.copy(pathlib.Path("/root/mk_other.ko"))
        self.mount("--bind", self.copy(), other)
        self.assertIs(self.is_known(other, system.load_error, other), True)
        self.assertIs(self.is_known(FILE, system.load_error, FILE), True)

    def test_one_that_is_there_no_more(self):
        with open(self.copy(), "rb") as file:
            FILE.unlink()
            opened = f"/proc/self/fd/{file.fileno()}"
            self.assertIs(self.is_known(f"{FILE} (deleted)", system.load_error, opened), True)
            self.assertIs(self.is_known(FILE, system.load_error, opened), False)

    def test_memory_that_looks_like_a_file(self):
        with os.fdopen(os.memfd_create("mk_base"), "wb") as file:
            file.write(system.ours("mk_base").read_bytes())
            file.flush()
            opened = f"/proc/self/fd/{file.fileno()}"
            self.assertIs(self.is_known("/memfd:mk_base (deleted)", system.load_error, opened), True)

    def test_a_mount_that_was_taken_away_does_not_say_where_it_is(self):
        away = self.folder("/root/mk_away")
        system.run("mount", "-t", "tmpfs", "none", away)
        (away / "root").mkdir()
        (away / "root/mk_base.ko").write_bytes(system.ours("mk_base").read_bytes())
        with open(away / "root/mk_base.ko", "rb") as file:
            system.libc.umount2(str(away).encode(), DETACH)
            self.assertIsNone(self.is_known(FILE, system.load_error, f"/proc/self/fd/{file.fileno()}"))

    # ---- elsewhere ----

    def test_other_mounts(self):
        self.assertIs(self.is_known(self.copy(), self.insmod, "unshare", "--mount", "insmod", FILE), True)

    def test_other_mounts_with_another_file_there(self):
        hides = f"mount -t tmpfs none /root && cp {system.ours('mk_base')} {FILE} && exec insmod {FILE}"
        self.assertIsNone(self.is_known(self.copy(), self.insmod, "unshare", "--mount", "sh", "-c", hides))

    def test_other_mounts_outside_of_the_root_file_system(self):
        copy = self.copy(pathlib.Path("/dev/shm/mk_base.ko"))
        self.assertIsNone(self.is_known(copy, self.insmod, "unshare", "--mount", "insmod", copy))

    def test_a_root_that_is_the_same_directory_on_another_mount(self):
        root, hidden = self.folder("/root/mk_root"), self.folder("/root/mk_hidden")
        copies = self.copy(), self.copy(hidden / "mk_base.ko")
        self.mount("--bind", "/", root)
        system.run("mount", "--make-private", root)
        for copy in copies:
            self.assertIs(self.is_known(copy, self.insmod, "chroot", root, "insmod", copy), True)
        self.mount("-t", "tmpfs", "none", hidden)
        self.assertIsNone(self.is_known(copies[1], self.insmod, "chroot", root, "insmod", copies[1]))

    def test_another_root(self):
        root = self.folder("/root/mk_root")
        self.mount("--bind", "/root", root)
        self.copy()
        self.assertIsNone(self.is_known("/mk_base.ko", self.in_root, root, "/mk_base.ko"))

    @staticmethod
    def in_root(root, path):
        """Loads a file in a child whose root is another one: errno or 0."""
        child = os.fork()
        if child == 0:
            os.chroot(root)
            os._exit(system.load_error(path))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    # ---- who would be waited for ----

    def test_an_automount_there_is_not_waited_for(self):
        folder = self.folder("/root/mk_auto")
        copy = self.copy(folder / "mk_base.ko")
        policy.set_policy(self.control, Policy().deny("mk_base", conditions=[f"path={copy}"])
                          .deny("mk_base", conditions=[f"not path={copy}"]))
        system.modprobe("autofs4")
        answers, asks = os.pipe()
        self.addCleanup(os.close, asks)
        # it never answers
        automounter = subprocess.Popen(["sleep", "infinity"], start_new_session=True)
        self.addCleanup(automounter.wait)
        self.addCleanup(automounter.kill)
        loader = subprocess.Popen(["unshare", "--mount", "sh", "-c", f"echo && read go && exec insmod {copy}"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        loader.stdout.readline()
        options = f"fd={asks},pgrp={automounter.pid},minproto=5,maxproto=5,direct"
        error = system.libc.mount(b"mk_auto", str(folder).encode(), b"autofs", 0, options.encode())
        self.addCleanup(system.libc.umount2, str(folder).encode(), DETACH | NO_FOLLOW)
        self.addCleanup(os.close, answers)  # whoever waits is let go
        self.assertEqual(error, 0)
        try:
            loader.communicate("\n", timeout=LONG)
        except subprocess.TimeoutExpired:
            loader.kill()
            self.fail("the driver waits for an automount")
        self.assertEqual(loader.returncode, 0)
        self.assertTrue(system.is_loaded("mk_base"))
