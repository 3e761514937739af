# SPDX-License-Identifier: GPL-2.0-only
"""A guest that is as small as can be, so that what it counts is the job's: a stock kernel, an
initramfs with busybox, the measuring program and modules, and nothing else running."""

import json
import re
import shutil
import subprocess
from pathlib import Path

# Guest time is 2 ns an instruction, whatever else the host is doing.
COUNTED = ("-accel", "tcg", "-icount", "shift=1,sleep=off", "-smp", "1")
PARALLEL = ("-accel", "tcg,thread=multi", "-smp", "2")

# Under emulation a string instruction counts once a step. With ERMS the kernel copies and clears
# by the byte, and clearing a page would count 4096, which no machine takes; without, by eight.
PROCESSOR = "max,erms=off"

# Self-tests of ciphers take most of the time it takes to load them, and some have no source of
# random numbers here.
COMMAND_LINE = ("console=ttyS0 rdinit=/init quiet nokaslr panic=-1 oops=panic panic_on_warn=1 "
                "cryptomgr.notests=1")

TROUBLE = re.compile(r"BUG:|WARNING:|Oops|Kernel panic|general protection|Call Trace")


class Broken(Exception):
    """A measurement that gave no figure; the text says what to look at."""


class Guest:
    """One initramfs with several jobs, each a boot of its own."""

    def __init__(self, kernel, folder):
        self.kernel = kernel
        self.folder = folder
        self.root = folder / "root"
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("bin", "dev", "etc", "jobs", "modules", "proc", "run", "sys"):
            (self.root / name).mkdir(parents=True)
        busybox = shutil.which("busybox")
        if not busybox:
            raise Broken("no busybox for the guest; apt-get install busybox-static")
        shutil.copy(busybox, self.root / "bin/busybox")
        shutil.copy(busybox, self.root / "bin/sh")
        shutil.copy(Path(__file__).parent / "guest/init", self.root / "init")
        (self.root / "etc/passwd").write_text("root:x:0:0:root:/:/bin/sh\n")
        (self.root / "etc/group").write_text("root:x:0:\n")

    def add_program(self, program, place=None):
        """As /bin/NAME or at `place`, with the dynamic loader and the libraries that it needs."""
        target = self.root / (place or f"bin/{Path(program).name}")
        target.parent.mkdir(exist_ok=True)
        shutil.copy(program, target)
        self._add_libraries_of(program)

    def add_library(self, name):
        """One that a program opens by itself, with those that it needs in turn."""
        cache = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True)
        found = re.search(rf"^\s*{re.escape(name)} .*x86-64.* => (/\S+)$", cache.stdout, re.M)
        if not found:
            raise Broken(f"no {name} for the guest")
        self._add_file(found[1])
        self._add_libraries_of(found[1])

    def _add_libraries_of(self, file):
        listing = subprocess.run(["ldd", file], check=True, capture_output=True, text=True)
        for library in re.findall(r"(/\S+) \(0x", listing.stdout):
            self._add_file(library)

    def _add_file(self, file):
        place = self.root / file.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)

    def add_job(self, name, commands):
        (self.root / "jobs" / name).write_text("\n".join(commands) + "\n")

    def pack(self):
        names = subprocess.run(["find", "."], cwd=self.root, check=True, capture_output=True)
        with open(self.folder / "initramfs", "wb") as image:
            subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=self.root,
                           input=names.stdout, stdout=image, check=True)

    def run(self, job, machine, log_name, timeout=500):
        """Boots, runs `job`, and returns the results that it printed."""
        console = self.folder / f"{log_name}.log"
        results = self.folder / f"{log_name}.jsonl"
        command = ["qemu-system-x86_64", *machine, "-cpu", PROCESSOR, "-m", "768", "-nodefaults",
                   "-display", "none", "-no-reboot", "-kernel", self.kernel / "vmlinuz",
                   "-initrd", self.folder / "initramfs",
                   "-append", f"{COMMAND_LINE} job={job}",
                   "-serial", f"file:{console}", "-serial", f"file:{results}"]
        try:
            subprocess.run(command, check=True, timeout=timeout, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True)
        except subprocess.TimeoutExpired:
            raise Broken(f"the guest was not done after {timeout} s; see {console}")
        except FileNotFoundError:
            raise Broken("QEMU is missing; apt-get install qemu-system-x86")
        except subprocess.CalledProcessError as error:
            raise Broken(f"QEMU failed: {error.stderr.strip()}")
        log = console.read_text(errors="replace")
        found = TROUBLE.search(log)
        if found:
            raise Broken(f"'{found.group()}' in the guest's log; see {console}")
        lines = [json.loads(line) for line in results.read_text().splitlines() if line.strip()]
        if not lines or lines[-1].get("job") != "end":
            said = [line for line in log.splitlines() if line.startswith("mk-bench")] or ["nothing"]
            raise Broken(f"the guest gave up, saying: {said[-1]}; see {console}")
        return lines[:-1]
