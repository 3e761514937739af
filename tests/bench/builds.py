# SPDX-License-Identifier: GPL-2.0-only
"""Builds of everything that is measured, as a user would run it: optimised, without sanitizers."""

import os
import shutil
import subprocess
from pathlib import Path

from guest import Broken

TOP = Path(__file__).resolve().parents[2]
BENCH = TOP / "tests/bench"
BUILD = TOP / os.environ.get("BUILD", "build") / "bench"
JOBS = os.environ.get("JOBS", str(os.cpu_count()))
KERNEL = os.environ.get("KERNEL") or "6.1"


def call(*command, **options):
    """Output of a command; what it said is shown when it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode:
        raise Broken(f"'{' '.join(str(word) for word in command)}' failed:\n"
                     f"{done.stdout.strip()[-3000:]}")
    return done.stdout.strip()


def build_program(source, target):
    """A program below BENCH/source, as a release build."""
    folder = BUILD / source
    call("cmake", "-S", BENCH / source, "-B", folder, "-DCMAKE_BUILD_TYPE=Release")
    call("cmake", "--build", folder, "--target", target, "-j", JOBS)
    return folder / target


def build_driver():
    """modkeeper.ko, in a copy of the sources: a build for another kernel may be under way."""
    folder = BUILD / "driver"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("driver", "include"):
        copy_sources(TOP / name, folder / name)
    for name in ("Kbuild", "Kconfig", "VERSION"):
        shutil.copy(TOP / name, folder / name)
    return build_module(folder, "modkeeper.ko")


def build_helpers():
    """Modules that are of no use but to be measured."""
    folder = BUILD / "kernel"
    shutil.rmtree(folder, ignore_errors=True)
    copy_sources(BENCH / "kernel", folder)
    return build_module(folder, "mk_bench.ko"), folder / "mk_probes.ko"


def copy_sources(source, folder):
    shutil.copytree(source, folder,
                    ignore=shutil.ignore_patterns("*.o", "*.cmd", "*.ko", "*.mod*"))


def build_module(folder, name):
    call(TOP / "tests/env/kbuild", KERNEL, folder)
    return folder / name


def build_daemon():
    """modkeeperd and modkeeper, without what is there for debuggers."""
    folder = BUILD.parent / "daemon"
    call("cmake", "-S", TOP / "daemon", "-B", folder, "-DCMAKE_BUILD_TYPE=RelWithDebInfo")
    call("cmake", "--build", folder, "--target", "modkeeperd", "modkeeper", "-j", JOBS)
    programs = []
    for name in ("modkeeperd", "modkeeper"):
        programs.append(BUILD / name)
        call("strip", "-o", programs[-1], folder / "bin" / name)
    return programs


def build_daemon_bench(target):
    folder = BUILD / "daemon"
    call("cmake", "-S", BENCH / "daemon", "-B", folder, "-DCMAKE_BUILD_TYPE=RelWithDebInfo")
    call("cmake", "--build", folder, "--target", target, "-j", JOBS)
    return folder / target
