# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel itself and the usual tools say: the other source that tests compare with."""

import ctypes
import errno
import mmap
import os
import pathlib
import re
import subprocess
import time
import unittest
from types import SimpleNamespace

UPDATES = pathlib.Path("/lib/modules") / os.uname().release / "updates"
DRIVER = UPDATES / "modkeeper.ko"

# Numbers of system calls; POLL is the one by which the C library polls.
INIT_MODULE, DELETE_MODULE, FINIT_MODULE, READ, POLL, BPF, PERF_EVENT_OPEN = {
    "x86_64": (175, 176, 313, 0, 7, 321, 298),
    "aarch64": (105, 106, 273, 63, 73, 280, 241)}[os.uname().machine]
# Kernels of arm64 with larger pages do not run them.
with_programs_of_32_bits = unittest.skipUnless(mmap.PAGESIZE == 4096, "this kernel runs no programs of 32 bits")
COMPRESSED_FILE = 4  # a flag of finit_module: the kernel unpacks the file
libc = ctypes.CDLL(None, use_errno=True)

TAINTS = {"P": 0, "F": 1, "C": 10, "O": 12, "E": 13, "K": 15, "X": 16, "N": 18}


class Failed(Exception):
    def __init__(self, command, done):
        super().__init__(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr}")
        self.status = done.returncode
        self.stdout = done.stdout
        self.stderr = done.stderr


def run(*command, check=True, timeout=120, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=timeout, **options)
    if check and done.returncode:
        raise Failed(words, done)
    return done


def until(condition, what, seconds=60):
    """Waits for something that will come; the limit is for what never does."""
    limit = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > limit:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


# ---- loading by the usual tools ----

def ours(name):
    """The file of one of the tests' modules."""
    return UPDATES / f"{name}.ko"


def insmod(path, *parameters):
    return run("insmod", path, *parameters)


def modprobe(name, *parameters):
    return run("modprobe", name, *parameters)


def rmmod(*names):
    return run("rmmod", *names)


class modprobe_d:
    """A file in /etc/modprobe.d for a while."""

    def __init__(self, text):
        self.file = pathlib.Path("/etc/modprobe.d/modkeeper-test.conf")
        self.text = text

    def __enter__(self):
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(self.text)
        return self.file

    def __exit__(self, *_):
        self.file.unlink()


def load_and_unload(*paths):
    """In this order and back, by the system calls themselves: many times faster than by the tools."""
    for path in paths:
        with open(path, "rb") as file:
            if libc.syscall(FINIT_MODULE, file.fileno(), b"", 0):
                raise OSError(ctypes.get_errno(), f"finit_module {path}")
    for path in reversed(paths):
        error = delete_error(path.stem)
        if error:
            raise OSError(error, f"delete_module {path.stem}")


def delete_module(name):
    """False: it is in use."""
    error = delete_error(name)
    if error and error != errno.EAGAIN:
        raise OSError(error, f"delete_module {name}")
    return not error


def delete_error(name):
    """Unloads by the system call itself, where the tools would refuse without it: errno or 0."""
    done = libc.syscall(DELETE_MODULE, name.encode(), os.O_NONBLOCK)
    return ctypes.get_errno() if done else 0


def load_error(path, args=b"", flags=0):
    """Loads by the system call itself: errno or 0."""
    with open(path, "rb") as file:
        done = libc.syscall(FINIT_MODULE, file.fileno(), args, flags)
        return ctypes.get_errno() if done else 0


def compression():
    """How files are packed that the kernel unpacks; "": it unpacks none."""
    path = pathlib.Path("/sys/module/compression")
    return path.read_text().strip() if path.exists() else ""


def flags_for(path):
    """Of finit_module for this file of the distribution."""
    return 0 if path.suffix == ".ko" else COMPRESSED_FILE


def is_loaded(name):
    return os.path.exists(f"/sys/module/{name}/initstate")


def unload(*names):
    """Leaves none of these loaded, in this order."""
    for name in names:
        until(lambda name=name: sysfs(name, "initstate") in ("", "live"), f"{name} to be settled")
        if is_loaded(name):
            rmmod(name)


# ---- what the kernel says ----

def proc_modules():
    """/proc/modules in its order: newest first."""
    found = {}
    for line in pathlib.Path("/proc/modules").read_text().splitlines():
        name, size, references, users, state, address, *taints = line.split()
        found[name] = SimpleNamespace(
            name=name, size=int(size), references=int(references), state=state,
            address=int(address, 16), taints=taints[0].strip("()") if taints else "",
            used_by=[] if users == "-" else [user for user in users.strip(",").split(",")
                                             if user != "[permanent]"])
    return found


def sysfs(name, file, default=""):
    try:
        return pathlib.Path(f"/sys/module/{name}/{file}").read_text().rstrip("\n")
    except FileNotFoundError:
        return default


def taint_bits(letters):
    return sum(1 << TAINTS[letter] for letter in letters)


def sleeps_in(pid, call):
    """Does this process sleep in this system call?"""
    return pathlib.Path(f"/proc/{pid}/syscall").read_text().startswith(f"{call} ")


class KernelLog:
    """Lines that the kernel logs from here on."""

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def lines(self):
        found = []
        while True:
            try:
                entry = os.read(self.fd, 8192).decode("utf-8", "replace")
            except BlockingIOError:
                return found
            found.append(re.sub(r"^[^;]*;", "", entry.splitlines()[0]))
