# SPDX-License-Identifier: GPL-2.0-only
"""Builds the driver and the tests' own modules for a guest's kernel, and its module index."""

import os
import pathlib
import shutil

from machine import Broken
from prepare import GUEST, TOP, run, say

# What an external build of the driver reads; it happens in a copy, so that builds for several
# kernels do not meet.
SOURCES = ("Kbuild", "Kconfig", "VERSION", "driver", "include")


def driver(folders):
    say(f"guest: building modkeeper.ko for {folders.release}")
    tree = folders.build / "driver"
    mirror([TOP / name for name in SOURCES], tree)
    build(folders, tree)
    install(folders, [tree / "modkeeper.ko"])


def test_modules(folders):
    tree = folders.build / "modules"
    mirror(list((GUEST / "modules").iterdir()), tree)
    build(folders, tree)
    install(folders, sorted(tree.glob("*.ko")))


def mirror(sources, tree):
    """Copies what changed, with its times, so that make has little to do; removes what is gone."""
    tree.mkdir(parents=True, exist_ok=True)
    kept = set()
    for source in sources:
        for path in [source, *source.rglob("*")]:
            if not path.is_file() or path.suffix in (".o", ".ko", ".cmd", ".mod"):
                continue
            target = tree / path.relative_to(source.parent)
            kept.add(target)
            if not target.exists() or target.stat().st_mtime != path.stat().st_mtime:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
    for path in tree.rglob("*.[ch]*"):
        if path not in kept and not path.name.endswith((".mod.c", ".cmd")):
            path.unlink()


def build(folders, tree):
    run(TOP / "tests/env/kbuild", folders.name, tree)


def install(folders, modules):
    for module in modules:
        if not module.exists():
            raise Broken(f"the build left no {module}")
        target = folders.updates / "updates" / module.name
        if not target.exists() or target.read_bytes() != module.read_bytes():
            shutil.copyfile(module, target)
            (folders.updates / "modules.dep").unlink(missing_ok=True)


def symbols(folders):
    """Of the kernel, as its headers bring them. To unpack its image each time takes an emulated
    processor ten seconds."""
    target = folders.updates / "build/Module.symvers"
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(folders.kernel / "headers/Module.symvers", target)


def index(folders):
    """depmod over the kernel's modules and ours, where something changed."""
    if (folders.updates / "modules.dep").exists():
        return
    say("guest: indexing modules")
    base = folders.build / "index"
    shutil.rmtree(base, ignore_errors=True)
    view = base / "lib/modules" / folders.release
    view.mkdir(parents=True)
    os.symlink((folders.kernel / "modules").resolve() / "kernel", view / "kernel")
    os.symlink(folders.updates / "updates", view / "updates")
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copyfile(folders.kernel / "modules" / name, view / name)
    run("/sbin/depmod", "-b", base, folders.release)
    made = [path for path in view.iterdir() if path.name.startswith("modules.")]
    for path in sorted(made, key=lambda path: path.name == "modules.dep"):
        shutil.copyfile(path, folders.updates / pathlib.Path(path.name))
