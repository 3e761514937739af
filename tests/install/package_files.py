# SPDX-License-Identifier: GPL-2.0-only
"""The packages that are installed: of this tree, and as an earlier version."""

import hashlib
import pathlib
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
EARLIER = "0.0.1"


def tree_hash():
    """Of what packages are made from."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                             "--", ".", ":!tests"], cwd=TOP, stdout=subprocess.PIPE, check=True)
    total = hashlib.sha256()
    for name in sorted(listed.stdout.decode().split("\0")):
        path = TOP / name
        if name and path.is_file():
            total.update(name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def current(suite, folder):
    """Package name -> file. Built for that suite, unless the folder has them of this very tree."""
    stamp = folder.parent / f"{folder.name}.hash"
    wanted = tree_hash()
    if not stamp.exists() or stamp.read_text() != wanted:
        build(folder, "--suite", suite)
        stamp.write_text(wanted)
    return by_name(folder)


def earlier(suite, folder, packages):
    """The same as version EARLIER: the driver's sources say so themselves; of the daemon only the
    package does, so that it need not be compiled again."""
    build(folder, "--suite", suite, "--version", EARLIER, "--indep")
    unpacked = folder / "unpacked"
    run("dpkg-deb", "-R", packages["modkeeper"], unpacked)
    control = unpacked / "DEBIAN/control"
    lines = (f"Version: {EARLIER}" if line.startswith("Version: ") else line
             for line in control.read_text().splitlines())
    control.write_text("\n".join(lines) + "\n")
    run("dpkg-deb", "--root-owner-group", "-b", unpacked, folder)
    shutil.rmtree(unpacked)
    return by_name(folder)


def build(folder, *options):
    run(TOP / "packaging/build-deb", *options, folder, log=folder.parent / f"{folder.name}.log")


def by_name(folder):
    return {path.name.split("_")[0]: path for path in folder.glob("*.deb")
            if "-dbgsym_" not in path.name}


def run(*command, log=None):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if log:
        log.write_text(done.stdout)
    if done.returncode:
        print(done.stdout[-4000:])
        raise SystemExit("install: failed: " + " ".join(str(word) for word in command))
