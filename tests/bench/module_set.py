# SPDX-License-Identifier: GPL-2.0-only
"""Real modules of a stock kernel for the guest: which ones, in what order, and without their
signatures, whose check would swamp every other cost of a load under emulation."""

import lzma
import struct
from pathlib import Path

# Where modules come from that need no hardware, in turns, so that any number of them is a mix.
FOLDERS = ("net/netfilter", "crypto", "net/sched", "fs/nls", "net/ipv4", "net/ipv6", "lib", "fs",
           "net/core", "net/tipc", "net/sctp", "net/dccp", "drivers/md", "sound/core")

# Loaded and unloaded by the measurements themselves, each after those that it needs.
CHURNED = ("llc", "stp", "garp", "mrp", "8021q")
TIMED = "dummy"

# Wanted by others at run time, which no dependency tells, where they are modules.
FIRST = ("crc32c_generic",)

# Fail or talk a lot on purpose, or take seconds to come up under emulation.
LEFT_OUT = {"tcrypt", "test_bpf", "raid6_pq", "rxrpc", "efivarfs"}

MAGIC = b"~Module signature appended~\n"


def name_of(path):
    return Path(path).name.split(".ko")[0].replace("-", "_")


def read_dependencies(modules):
    """{path: [paths it needs, each after those that it needs itself]} from modules.dep."""
    needs = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()[::-1]
    return needs


def read_module(path):
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def unsigned(data):
    if not data.endswith(MAGIC):
        return data
    at = len(data) - len(MAGIC) - 12
    signature_bytes = struct.unpack(">I", data[at + 8:at + 12])[0]
    return data[:at - signature_bytes]


def choose(modules, count):
    """Paths of `count` modules below `modules` that can be loaded in this order."""
    needs = read_dependencies(modules)
    kept_apart = set(CHURNED) | {TIMED}

    def usable(path):
        names = {name_of(p) for p in (path, *needs[path])}
        return not names & kept_apart and not names & LEFT_OUT and not path.startswith("kernel/arch")

    queues = [sorted(p for p in needs if str(Path(p).parent) == f"kernel/{folder}" and usable(p))
              for folder in FOLDERS]
    # subfolders of fs are one file system each: take those as one queue
    queues.append(sorted(p for p in needs if p.startswith("kernel/fs/") and p.count("/") == 3
                         and "nls" not in p and usable(p)))
    chosen = [path for path in needs if name_of(path) in FIRST]
    while len(chosen) < count and any(queues):
        for queue in queues:
            if queue:
                path = queue.pop(0)
                chosen += [p for p in (*needs[path], path) if p not in chosen]
    return chosen[:count]


def find(modules, name):
    for path in read_dependencies(modules):
        if name_of(path) == name:
            return path
    raise LookupError(f"the kernel in {modules} has no module {name}")


def stage(modules, paths, folder):
    """Copies modules without signatures into `folder`; their names there, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for path in paths:
        name = f"{name_of(path)}.ko"
        (folder / name).write_bytes(unsigned(read_module(modules / path)))
        names.append(name)
    return names
