# SPDX-License-Identifier: GPL-2.0-only
"""Boots an installation in QEMU, as its own kernel and its own modules, and runs the tests there."""

import shutil
import subprocess

import machine
import verdict
from package_files import TOP


def boot(system, release, build, topics, results, initrd=None):
    """Runs these topics of tests/guest/tests. initrd: one that initramfs-tools made, to boot with."""
    folder = build / "guest"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("kernel", "control", "nothing", "updates"):
        (folder / name).mkdir(parents=True)
    # the initramfs wants a kernel as tests/env/kernel leaves one
    (folder / "kernel/release").write_text(release + "\n")
    (folder / "kernel/lib").symlink_to(system.root / "usr/lib")
    subprocess.run([TOP / "tests/env/initramfs", folder / "kernel", folder / "initramfs",
                    *([initrd] if initrd else [])], check=True)
    (folder / "control/command").write_text(f"/mnt/tests/suite.py {' '.join(topics)}\n")

    shares = {"root": (system.root, False), "product": (folder / "nothing", False),
              "modules": (system.modules / release, False), "updates": (folder / "updates", False),
              "tests": (TOP / "tests/guest", False), "control": (folder / "control", True)}
    console = folder / "console.log"
    guest = machine.Machine(system.root / f"boot/vmlinuz-{release}", folder / "initramfs", shares,
                            console, arguments=["boot=guest"] if initrd else [])

    def line(text):
        print(text, flush=True)
        results.passed += text.startswith("ok ")
        results.failed += text.startswith("not ok ")

    print(f"install: booting {release}{' with its initramfs' if initrd else ''}", flush=True)
    before = results.passed + results.failed
    try:
        guest.run(line)
    except machine.Broken as problem:
        print("\n".join(console.read_text(errors="replace").splitlines()[-40:]))
        results.check(f"the guest came to its end: {problem}", False)
        return
    results.check("tests ran in the guest", results.passed + results.failed > before)
    faults = verdict.suspicious(console.read_text(errors="replace"))
    results.check(f"kernel log of {release} tells of no fault {faults[:3] or ''}".rstrip(), not faults)
