# SPDX-License-Identifier: GPL-2.0-only
"""What is done to an installation, and what must have come of it."""

import contextlib
import shutil

from package_files import EARLIER, TOP

UNSUPPORTED = "5.10.0-1-amd64"
DRIVER = "/updates/dkms/modkeeper.ko"
RULES = "etc/modkeeper/policy.d"
INITRAMFS_MODULES = "etc/initramfs-tools/modules"


class Results:
    def __init__(self, log):
        self.log = log
        self.passed = self.failed = 0

    def check(self, name, holds, *said):
        """said: what explains it when it does not hold."""
        print(f"{'ok' if holds else 'not ok'} {name}", flush=True)
        self.passed += bool(holds)
        self.failed += not holds
        if not holds:
            for text in said:
                print("\n".join(f"# {line}" for line in str(text).splitlines()[-25:]))
            print(f"# the log is {self.log}", flush=True)


class Steps:
    def __init__(self, system, release, packages, earlier, results):
        self.system = system
        self.release = release
        self.packages = packages
        self.earlier = earlier
        self.check = results.check
        self.version = (TOP / "VERSION").read_text().strip()
        # A second kernel comes later; until then it is not there.
        self.others = [name for name in system.kernels() if name != release]
        self.aside = system.root / "opt/kernels"
        self.aside.mkdir()
        self.kept = system.root / "opt/earlier"
        for name in self.others:
            shutil.move(system.modules / name, self.aside / name)
        system.pretend_running(release)
        self.before = system.files()
        self.accounts = self._accounts()

    def _accounts(self):
        return [self.system.text(f"etc/{name}") for name in ("passwd", "group", "gshadow", "shadow")]

    def _is_at(self, what, version):
        versions = [self.system.installed_version(name) for name in self.packages]
        self.check(f"{what}: every package is at {version}", set(versions) == {version}, versions)
        found = self.system.driver_version(self.release)
        self.check(f"{what}: DKMS built the driver {version} for {self.release}", found == version,
                   found, self.system.run("dkms", "status"))
        sources = sorted(path.name for path in (self.system.root / "usr/src").glob("modkeeper-*"))
        known = sorted(path.name for path in
                       (self.system.root / "var/lib/dkms/modkeeper").glob("[0-9]*"))
        self.check(f"{what}: no other version is left", sources == [f"modkeeper-{version}"] and
                   known == [version], sources, known)

    def _install(self, what, packages, *options):
        status, said = self.system.install(*packages.values(), options=options)
        self.check(f"{what}: apt succeeds", status == 0, said)
        return said

    def first_installation(self):
        what = "installation"
        earlier = dict(self.earlier)
        self._install(what, earlier)
        self._is_at(what, EARLIER)
        root = self.system.root
        self.check(f"{what}: the group is there",
                   any(line.startswith("modkeeper:") for line in
                       self.system.text("etc/group").splitlines()))
        self.check(f"{what}: the service is enabled",
                   (root / "etc/systemd/system/multi-user.target.wants/modkeeperd.service").is_symlink())
        self.check(f"{what}: rules of modules are applied at boot",
                   (root / "etc/systemd/system/sysinit.target.wants/modkeeper-policy.service").is_symlink())
        for unit in ("guard", "complete"):
            self.check(f"{what}: boots are counted ({unit})", (root / "etc/systemd/system/multi-user.target.wants"
                                                                f"/modkeeper-boot-{unit}.service").is_symlink())
        for path in ("usr/bin/modkeeper", "usr/sbin/modkeeperd", "usr/include/linux/modkeeper.h",
                     "usr/lib/udev/rules.d/60-modkeeper-dkms.rules",
                     "usr/lib/systemd/system/modkeeperd.service",
                     "usr/lib/systemd/system/modkeeper-policy.service",
                     "usr/lib/systemd/system/modkeeper-boot-guard.service",
                     "usr/lib/systemd/system/modkeeper-boot-complete.service",
                     "etc/initramfs-tools/hooks/zz-modkeeper",
                     "usr/share/initramfs-tools/scripts/init-top/modkeeper",
                     "etc/kernel/postinst.d/zz-modkeeper-policy"):
            self.check(f"{what}: /{path} is there", (root / path).is_file())
        # for a machine on which this driver is still loaded after an upgrade
        self.kept.mkdir()
        status, said = self.system.run("modinfo", "-k", self.release, "-n", "modkeeper")
        shutil.copy(root / said.strip().lstrip("/"), self.kept)

    def upgrade_and_downgrade(self):
        self._install("upgrade", self.packages)
        self._is_at("upgrade", self.version)
        self._install("downgrade", self.earlier, "--allow-downgrades")
        self._is_at("downgrade", EARLIER)
        self._install("second upgrade", self.packages)
        self._is_at("second upgrade", self.version)

    def other_kernels(self):
        for name in self.others:
            shutil.move(self.aside / name, self.system.modules / name)
            status, said = self.system.kernel_arrives(name)
            self.check(f"a new kernel: the installation of {name} succeeds", status == 0, said)
            found = self.system.driver_version(name)
            self.check(f"a new kernel: DKMS built the driver for {name}", found == self.version, said)
            # and goes again; under its own name it is booted by another run
            self.system.run("dkms", "remove", f"modkeeper/{self.version}", "-k", name)
            shutil.move(self.system.modules / name, self.aside / name)

        # One that is not supported, with headers that could build it.
        folder = self.system.modules / UNSUPPORTED
        folder.mkdir()
        (folder / "build").symlink_to((self.system.modules / self.release / "build").readlink())
        status, said = self.system.kernel_arrives(UNSUPPORTED)
        self.check("an unsupported kernel: its installation succeeds", status == 0, said)
        self.system.pretend_running(UNSUPPORTED)
        said = self._install("an unsupported kernel", {"dkms": self.packages["modkeeper-dkms"]},
                             "--reinstall")
        self.check("an unsupported kernel: apt says why there is no driver for it",
                   f"no driver was built for Linux {UNSUPPORTED}. It is for Linux 6.1 to 7.3" in said,
                   said)
        self.check("an unsupported kernel: it has no driver",
                   self.system.driver_version(UNSUPPORTED) == "")
        self.system.pretend_running(self.release)
        shutil.rmtree(folder)

    def without_compiler(self):
        """DKMS of Debian 12 cannot skip a kernel for want of a compiler: there the dependency must do."""
        status, said = self.system.run("dkms", "--version")
        if said.strip() < "dkms-3.1":
            return
        hidden = self.system.root / "opt/hidden"
        hidden.mkdir()
        for path in (self.system.root / "usr/bin").glob("*g++*"):
            shutil.move(path, hidden / path.name)
        said = self._install("without the C++ compiler", {"dkms": self.packages["modkeeper-dkms"]},
                             "--reinstall")
        self.check("without the C++ compiler: apt says that there is no driver",
                   f"no driver was built for Linux {self.release}" in said, said)
        status, said = self.system.kernel_arrives(self.release)
        self.check("without the C++ compiler: a kernel's installation succeeds", status == 0, said)
        for path in hidden.iterdir():
            shutil.move(path, self.system.root / "usr/bin" / path.name)
        hidden.rmdir()
        self._install("with the C++ compiler again", {"dkms": self.packages["modkeeper-dkms"]},
                      "--reinstall")
        self._is_at("with the C++ compiler again", self.version)

    def initramfs_with_the_driver(self):
        """As README says how; returns the file."""
        names = self.system.root / INITRAMFS_MODULES
        # dracut takes the driver by itself, from modules-load.d
        if names.exists():
            names.write_text(names.read_text() + "modkeeper\n")
        self.image = f"boot/initrd.img-{self.release}"
        status, said = self.system.run("update-initramfs", "-c", "-k", self.release)
        self.check("initramfs: update-initramfs succeeds", status == 0, said)
        self.check("initramfs: it has the driver", DRIVER in self._initramfs_content())
        return self.system.root / self.image

    @contextlib.contextmanager
    def rules_in_force(self, learned):
        """These, and all else is denied, from the boots that follow on."""
        folder = self.system.root / RULES
        folder.mkdir(parents=True, exist_ok=True)
        files = {"50-learned.rules": learned,
                 "95-default.rules": 'default load deny id=default reason "not learned"\n'}
        for name, text in files.items():
            (folder / name).write_text(text)
        try:
            yield
        finally:
            for name in files:
                (folder / name).unlink()

    def other_kernels_with_images(self):
        """Each as if it had just been installed, with the driver: its name and its initramfs."""
        for name in self.others:
            shutil.move(self.aside / name, self.system.modules / name)
            status, said = self.system.kernel_arrives(name)
            self.check(f"rules for {name}: it has the driver", self.system.driver_version(name) == self.version, said)
            image = f"boot/initrd.img-{name}"
            status, said = self.system.run("update-initramfs", "-c", "-k", name)
            self.check(f"rules for {name}: update-initramfs succeeds", status == 0, said)
            yield name, self.system.root / image
            self.system.run("update-initramfs", "-d", "-k", name)
            self.system.run("dkms", "remove", f"modkeeper/{self.version}", "-k", name)
            shutil.move(self.system.modules / name, self.aside / name)

    def _initramfs_content(self):
        name = "lsinitramfs" if (self.system.root / INITRAMFS_MODULES).exists() else "lsinitrd"
        return self.system.run(name, f"/{self.image}")[1]

    def initramfs_without_the_driver(self):
        """After the removal of the packages, which must have made it anew."""
        content = self._initramfs_content()
        self.check("purge: the initramfs has no driver any more",
                   "/kernel/" in content and DRIVER not in content)
        names = self.system.root / INITRAMFS_MODULES
        if names.exists():
            names.write_text(names.read_text().removesuffix("modkeeper\n"))
        self.system.run("update-initramfs", "-d", "-k", self.release)

    def purge(self):
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.rmtree(self.system.root / "opt/current", ignore_errors=True)
        what = "purge"
        # what the daemon writes when it is asked to
        for name in ("modprobe.d", "modules-load.d"):
            (self.system.root / "etc" / name / "modkeeper.conf").write_text("# of the daemon\n")
        status, said = self.system.apt("purge", *self.packages)
        self.check(f"{what}: apt succeeds", status == 0, said)
        self.initramfs_without_the_driver()
        after = self.system.files()
        left = sorted(set(after) - set(self.before))
        gone = sorted(set(self.before) - set(after))
        self.check(f"{what}: no file is left", not left, "\n".join(left))
        self.check(f"{what}: no file of others is gone", not gone, "\n".join(gone))
        own = sorted(path for path in after if "modkeeper" in path)
        self.check(f"{what}: no name of ours is left", not own, "\n".join(own))
        self.check(f"{what}: users and groups are what they were", self._accounts() == self.accounts)
