# SPDX-License-Identifier: GPL-2.0-only
"""Control groups of the unified hierarchy, for commands that are to be found in one."""

import contextlib
import pathlib

from lib import system

GROUPS = pathlib.Path("/sys/fs/cgroup")


@contextlib.contextmanager
def group(path):
    """A control group of this path, which is empty again in the end."""
    made = []
    for parent in reversed([path, *path.parents]):
        if GROUPS in parent.parents and not parent.exists():
            parent.mkdir()
            made.append(parent)
    try:
        yield path
    finally:
        for folder in reversed(made):
            system.until(lambda folder=folder: "populated 0" in (folder / "cgroup.events").read_text(),
                         f"{folder} to be empty")
            folder.rmdir()


def run_in(path, *command, **options):
    """Runs the command in a control group."""
    return system.run("sh", "-ec", 'echo 0 > "$0/cgroup.procs"; exec "$@"', path, *command, **options)
