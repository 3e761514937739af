# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine: how QEMU is called, and when a guest counts as finished."""

import os
import pathlib
import selectors
import shutil
import subprocess
import time

import architecture

END = "\x1edone "

# Seconds without a word from the guest after which it hangs. Emulation is slow and the host may
# have other work.
SILENCE = 300


class Broken(Exception):
    """The guest or what it needs is not in order; the text is one line for people."""


class Machine:
    def __init__(self, kernel, initramfs, shares, console, plain=False, icount=False, arguments=(),
                 devices=(), silence=SILENCE, of=architecture.AMD64):
        """shares: mount tag -> (folder, writable); console: file for the kernel's log; arguments:
        more words of the kernel's command line; devices: more of them, as QEMU calls them;
        silence: seconds; of: which machine."""
        self.kernel = kernel
        self.initramfs = initramfs
        self.shares = shares
        self.console = pathlib.Path(console)
        self.plain = plain
        self.icount = icount
        self.arguments = arguments
        self.devices = devices
        self.silence = silence
        self.of = of

    def kernel_arguments(self):
        words = [f"console={self.of.console}", "loglevel=7", "printk.devkmsg=on", "panic=-1", "panic_on_warn=1",
                 "random.trust_cpu=on", "net.ifnames=0", "kfence.sample_interval=500",
                 "module_blacklist=mk_blacklisted",
                 # the same machine at every boot, as its journal sees it
                 "systemd.machine_id=6d6f646b656570657267756573740001", *self.arguments]
        if self.plain:
            words.append("guest.init=/mnt/tests/agent")
        else:
            words += ["systemd.unit=multi-user.target", "systemd.wants=agent.service",
                      "systemd.show_status=0", "systemd.log_target=journal"]
            words += [f"systemd.mask={unit}" for unit in (
                f"serial-getty@{self.of.console}.service", f"serial-getty@{self.of.words_tty}.service",
                "getty@tty1.service", "timers.target", "e2scrub_reap.service",
                "systemd-update-utmp.service")]
        return " ".join(words)

    def command(self):
        if self.icount:
            speed = ["-accel", "tcg", "-icount", "shift=1,sleep=off", "-smp", "1"]
        else:
            # With a thread for each CPU, QEMU's emulation sometimes runs an instruction that the
            # kernel has just patched as it was before: an int3 where none is any more, and a panic.
            # CPUs that take turns meet fewer races; MODKEEPER_ACCEL=tcg,thread=multi has the others.
            accel = os.environ.get("MODKEEPER_ACCEL", "tcg,thread=single")
            speed = ["-accel", accel, "-smp", "2"]
        words = [self.of.emulator, *speed, *self.of.machine, "-m", "1536",
                 "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-kernel", str(self.kernel), "-initrd", str(self.initramfs),
                 "-append", self.kernel_arguments(),
                 # a device for which udev loads a module
                 "-device", "virtio-rng-pci",
                 *(word for device in self.devices for word in ("-device", device)),
                 "-serial", f"file:{self.console}",
                 "-chardev", "stdio,id=words,signal=off", *self.of.words]
        for tag, (folder, writable) in self.shares.items():
            words += ["-virtfs", f"local,path={folder},mount_tag={tag},security_model=none,"
                      "multidevs=remap" + ("" if writable else ",readonly=on")]
        return words

    def run(self, on_line):
        """Boots, hands each line of the guest's command to on_line, and returns its exit status."""
        if not shutil.which(self.of.emulator):
            raise Broken(f"{self.of.emulator} is missing; apt-get install {self.of.package}")
        self.console.write_bytes(b"")
        process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            return self._follow(process, on_line)
        finally:
            process.kill()
            process.wait()

    def _follow(self, process, on_line):
        status = None
        spoken = False
        pending = b""
        heard = time.monotonic()
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=5):
                # While it boots the kernel's log is a sign of life; later it may tell of a hang.
                if not spoken:
                    heard = max(heard, self._console_time())
                if time.monotonic() - heard > self.silence:
                    raise Broken(f"the guest hangs: not a word for {self.silence} s")
                continue
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                break
            spoken = True
            heard = time.monotonic()
            *lines, pending = (pending + data).split(b"\n")
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\r")
                before, mark, after = line.partition(END)
                if before or not mark:
                    on_line(before)
                if mark:
                    status = int(after)
        problem = process.stderr.read().decode("utf-8", "replace").strip()
        if process.wait() != 0:
            raise Broken(f"qemu failed: {problem}")
        if status is None:
            raise Broken("the guest ended before it said that it was done")
        return status

    def _console_time(self):
        """When the console last grew, on the monotonic clock."""
        age = time.time() - self.console.stat().st_mtime
        return time.monotonic() - age
