# SPDX-License-Identifier: GPL-2.0-only
"""Everything a guest needs before it can boot, made on demand below build/guest/KERNEL."""

import os
import pathlib
import shutil
import subprocess
import sys

import architecture
from machine import Broken

TOP = pathlib.Path(__file__).resolve().parents[3]
GUEST = TOP / "tests" / "guest"
CACHED = TOP / "tests/env/cached"
BUILD = os.environ.get("BUILD", "build")


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*command, **options):
    """Runs a command; its output is shown only when it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          **options)
    if done.returncode:
        say(done.stdout[-4000:])
        raise Broken("failed: " + " ".join(str(word) for word in command))
    return done.stdout


def run_long(what, log, *command, **options):
    """The same with its output in a log, and says how far it is."""
    words = [str(word) for word in (TOP / "tests/env/progress", what, log, *command)]
    if subprocess.run(words, check=False, **options).returncode:
        say(log.read_text(errors="replace")[-4000:])
        raise Broken("failed: " + " ".join(words[3:]))


def path_from(*command):
    """A path that a script of tests/env prints; its progress goes to the terminal."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise Broken("failed: " + " ".join(str(word) for word in command))
    return pathlib.Path(done.stdout.strip())


def words_of(file):
    """The first word of each line, without comments."""
    lines = (line.partition("#")[0].split() for line in file.read_text().splitlines())
    return [words[0] for words in lines if words]


SANITIZER_SETTINGS = ["ASAN_OPTIONS=exitcode=99:quarantine_size_mb=8",
                      "UBSAN_OPTIONS=exitcode=99:print_stacktrace=1"]


class Lane:
    """What one boot writes: its control folder, and its console's log. Guests that run side by side
    have one each."""

    def __init__(self, folder):
        self.control = folder / "control"
        self.console = folder / "console.log"
        self.control.mkdir(parents=True, exist_ok=True)


def root_of(of):
    """Name of the userland of this architecture, for tests/env/root."""
    return ("guest",) if of == architecture.AMD64 else ("--architectures", of.name, f"guest-{of.name}")


class Folders:
    def __init__(self, kernel):
        self.name = kernel
        self.of = architecture.of_kernel(kernel)
        self.build = TOP / BUILD / "guest" / kernel
        self.product = self.build / "product"
        self.updates = self.build / "updates"
        self.initramfs = self.build / "initramfs"
        for folder in (self.product, self.updates / "updates"):
            folder.mkdir(parents=True, exist_ok=True)
        self.kernel = path_from(TOP / "tests/env/kernel", kernel)
        self.root = path_from(TOP / "tests/env/root", *root_of(self.of), "bookworm",
                              *words_of(GUEST / "packages"))
        self.release = (self.kernel / "release").read_text().strip()

    def lane(self, number=0):
        return Lane(self.build / f"beside-{number}" if number else self.build)

    def shares(self, lane):
        return {"root": (self.root, False), "product": (self.product, False),
                "modules": ((self.kernel / "modules").resolve(), False),
                "updates": (self.updates, False), "tests": (GUEST, False),
                "control": (lane.control, True)}


def initramfs(folders):
    run(TOP / "tests/env/initramfs", folders.kernel, folders.initramfs)


def product(folders):
    """Puts the daemon, the command line and their files where `make install` says."""
    say("guest: building the daemon (some minutes when nothing is built)")
    shutil.rmtree(folders.product, ignore_errors=True)
    run_long("guest: building the daemon", folders.build / "daemon.log", CACHED, "make", "-C", TOP,
             "--no-print-directory", f"BUILD={BUILD}", f"ARCH={folders.of.name}", "install",
             f"DESTDIR={folders.product}")
    merge_usr(folders.product)


def sanitized_product(folders):
    """The same with ASan and UBSan, from where the unit tests build. A finding ends a command with
    99, which no test expects, and the daemon, leaks at its end among them, with a report in the
    journal."""
    say("guest: building the daemon with ASan and UBSan (20 minutes when nothing is built)")
    shutil.rmtree(folders.product, ignore_errors=True)
    build = TOP / BUILD / "unit-daemon"
    run(CACHED, "cmake", "-S", TOP / "daemon", "-B", build, "-DCMAKE_BUILD_TYPE=Debug",
        "-DMODKEEPER_SANITIZE=ON", "-DBUILD_TESTING=ON", "-DCMAKE_INSTALL_PREFIX=/usr")
    run_long("guest: building the daemon", folders.build / "daemon.log",
             CACHED, "cmake", "--build", build, "-j", os.cpu_count())
    run("cmake", "--install", build, "--strip", env={**os.environ, "DESTDIR": folders.product})
    merge_usr(folders.product)
    drop_in = folders.product / "usr/lib/systemd/system/modkeeperd.service.d/sanitize.conf"
    drop_in.parent.mkdir(parents=True)
    # The search for leaks traces the daemon, for which its filter has no system call.
    drop_in.write_text("[Service]\nWatchdogSec=5min\nSystemCallFilter=\nEnvironment=" +
                       " ".join(SANITIZER_SETTINGS) + "\n")


def copy_product(folders, source):
    shutil.rmtree(folders.product, ignore_errors=True)
    shutil.copytree(source, folders.product, symlinks=True)
    merge_usr(folders.product)


def merge_usr(tree):
    """/lib and /sbin are links in the guest: laid over it, folders of that name would hide them."""
    for name in ("bin", "sbin", "lib", "lib64"):
        if (tree / name).is_dir():
            shutil.copytree(tree / name, tree / "usr" / name, dirs_exist_ok=True, symlinks=True)
            shutil.rmtree(tree / name)


def kernel_image(folders):
    """Where a machine has the kernel that it was booted from, for those who look into it."""
    into = folders.product / "boot"
    into.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folders.kernel / "vmlinuz", into / f"vmlinuz-{folders.release}")


def programs(folders):
    """Small C programs that know the driver by its uapi header only."""
    into = folders.product / "usr/lib/modkeeper-tests"
    into.mkdir(parents=True, exist_ok=True)
    for source in sorted([*(GUEST / "programs").glob("*.c"), *(TOP / "docs/examples").glob("*.c")]):
        run(*folders.of.compiler, "-static", "-Wall", "-Wextra", "-Werror", "-I", TOP / "include/uapi",
            "-o", into / source.stem, source)
    for source in sorted((GUEST / "programs32").glob("*.c")):
        run(*folders.of.compiler32, "-nostdlib", "-static", "-no-pie", "-fno-pie", "-fno-stack-protector",
            "-O1", "-Wall", "-Wextra", "-Werror", "-I", TOP / "include/uapi", "-o", into / source.stem, source)
