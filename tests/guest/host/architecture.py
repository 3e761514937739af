# SPDX-License-Identifier: GPL-2.0-only
"""What differs between the machines that a guest may be: how they are emulated and compiled for."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Architecture:
    name: str  # as Debian names it
    emulator: str
    package: str  # which has the emulator
    machine: tuple  # how it is asked for this machine
    console: str
    words: tuple  # the emulator's second line, on which the guest's command speaks
    words_tty: str  # the same in the guest
    compiler: tuple
    compiler32: tuple  # for programs of 32 bits without a C library


AMD64 = Architecture(
    "amd64", "qemu-system-x86_64", "qemu-system-x86", ("-cpu", "max,la57=off"),
    console="ttyS0", words=("-serial", "chardev:words"), words_tty="ttyS1",
    compiler=("cc",), compiler32=("cc", "-m32", "-idirafter", "/usr/include/x86_64-linux-gnu"))

# The machine "virt" has one serial line only, which is the console.
ARM64 = Architecture(
    "arm64", "qemu-system-aarch64", "qemu-system-arm", ("-M", "virt", "-cpu", "cortex-a72"),
    console="ttyAMA0", words=("-device", "virtio-serial-pci", "-device", "virtconsole,chardev=words"),
    words_tty="hvc0",
    compiler=("aarch64-linux-gnu-gcc-12",), compiler32=("arm-linux-gnueabihf-gcc-12", "-marm"))

# Pages of 16 KiB, which a Cortex-A72 does not have.
ARM64_16K = dataclasses.replace(ARM64, machine=("-M", "virt", "-cpu", "max,pauth-impdef=on"))


def of_kernel(name):
    """Of a kernel as tests/env/kernel names it."""
    if name.endswith("-arm64-16k"):
        return ARM64_16K
    return ARM64 if name.endswith("-arm64") else AMD64
