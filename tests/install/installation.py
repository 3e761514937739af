# SPDX-License-Identifier: GPL-2.0-only
"""A Debian system in a folder, on which packages are installed as a person would do it.

It is a root of tests/env/root under an overlay, so that it begins anew each time. The process must be
in a mount namespace of its own: nothing is unmounted.
"""

import os
import pathlib
import shutil
import subprocess

# Changes with every package, or holds what was downloaded.
PASSING = ("dev", "proc", "sys", "run", "tmp", "var/cache", "var/log", "var/lib/apt", "var/lib/dpkg",
           "var/lib/systemd/deb-systemd-helper-enabled")


class Installation:
    def __init__(self, base, folder):
        """base: the root that is not to be changed; folder: for what changes, emptied first."""
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("changes", "work", "root"):
            (folder / name).mkdir(parents=True)
        self.root = folder / "root"
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={base},upperdir={folder / 'changes'},"
              f"workdir={folder / 'work'}", self.root)
        mount("-t", "proc", "proc", self.root / "proc")
        mount("--bind", "/dev", self.root / "dev")
        self.modules = self.root / "usr/lib/modules"
        self.log = folder / "log"
        self.log.write_text("")
        # The root leaves out all manual pages; ours are a part of what is tested.
        (self.root / "etc/dpkg/dpkg.cfg.d/zz-manual").write_text(
            "path-include=/usr/share/man/man*/*modkeeper*\n")

    def run(self, *command):
        """(exit status, what it said) of a command in there; the log has it, too."""
        words = [str(word) for word in command]
        done = subprocess.run(
            ["chroot", self.root, "env", "-i", "HOME=/root", "LC_ALL=C.UTF-8",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
             "DEBIAN_FRONTEND=noninteractive", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", check=False)
        with self.log.open("a") as log:
            log.write(f"$ {' '.join(words)}\n{done.stdout}exit status {done.returncode}\n")
        return done.returncode, done.stdout

    def apt(self, *words):
        """apt-get; it knows no archive, so that what a package needs must be there."""
        return self.run("apt-get", "-y", "-o", "Dpkg::Use-Pty=0", *words)

    def install(self, *packages, options=()):
        """Installs package files, in whatever folder they are."""
        inside = self.root / "tmp/packages"
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(parents=True)
        for package in packages:
            shutil.copy(package, inside)
        return self.apt("install", *options,
                        *(f"/tmp/packages/{package.name}" for package in packages))

    def kernels(self):
        return sorted(path.name for path in self.modules.iterdir() if (path / "kernel").is_dir())

    def pretend_running(self, release):
        """What uname -r says there: a chroot has the host's kernel. None: the truth again."""
        uname = self.root / "usr/local/bin/uname"
        if release is None:
            uname.unlink()
            return
        uname.write_text(f'#!/bin/sh\n[ "$*" != -r ] || exec echo "{release}"\n'
                         'exec /usr/bin/uname "$@"\n')
        uname.chmod(0o755)

    def kernel_arrives(self, release):
        """As the package with the headers of a kernel does: (exit status, what the hooks said)."""
        return self.run("run-parts", "--report", "--exit-on-error", f"--arg={release}",
                        "/etc/kernel/header_postinst.d")

    def driver_version(self, release):
        """Of the driver that modprobe would load under that kernel; "" when there is none."""
        status, said = self.run("modinfo", "-k", release, "-F", "version", "modkeeper")
        return said.strip() if status == 0 else ""

    def installed_version(self, package):
        status, said = self.run("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", package)
        return said.split()[1] if status == 0 and said.startswith("ii") else ""

    def files(self):
        """All there is, by path: a file's size, a link's target."""
        found = {}
        for folder, folders, names in os.walk(self.root):
            inside = pathlib.Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if str(inside / name) not in PASSING]
            for name in names + folders:
                path = self.root / inside / name
                if path.is_symlink():
                    found[str(inside / name)] = os.readlink(path)
                else:
                    found[str(inside / name)] = None if path.is_dir() else path.stat().st_size
        return found

    def text(self, path):
        return (self.root / path).read_text(errors="replace")


def mount(*words):
    subprocess.run(["mount", *(str(word) for word in words)], check=True)
