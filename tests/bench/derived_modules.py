# SPDX-License-Identifier: GPL-2.0-only
"""Many modules from few: copies of compiled ones under other names of the same length, with chains
and trees of dependencies. Compiling as many would take minutes."""

import struct


class Templates:
    """The compiled modules in `folder`, with the checksums of what they export."""

    def __init__(self, folder):
        self.folder = folder
        self.checksums = {}
        for line in (folder / "Module.symvers").read_text().splitlines():
            checksum, symbol = line.split("\t")[:2]
            self.checksums[symbol] = int(checksum, 16)

    def derive(self, template, name, needs=()):
        """Bytes of `template` under `name`. `needs`: (module in the template, template and name of
        the one that takes its place)."""
        data = (self.folder / f"{template}.ko").read_bytes()
        for placeholder, real, other in needs:
            # where versions of imported symbols are kept, the checksum stands before the name
            data = data.replace(self._version(placeholder, placeholder),
                                self._version(real, placeholder))
            data = rename(data, placeholder, other)
        return rename(data, template, name)

    def _version(self, template, name):
        return struct.pack("<Q", self.checksums[f"{template}_here"]) + f"{name}_here\0".encode()


def rename(data, old, new):
    assert len(old) == len(new), (old, new)
    return data.replace(old.encode(), new.encode())


def empty(templates, count):
    return derived_from(templates, "mk_empty_aaa", "mk_empty_", count)


def sleeping(templates, count):
    return derived_from(templates, "mk_sleep_aaa", "mk_sleep_", count)


def derived_from(templates, template, prefix, count):
    return {f"{prefix}{number:03}": templates.derive(template, f"{prefix}{number:03}")
            for number in range(count)}


def chain(templates, count):
    """The first needs the second, and so on."""
    files = {}
    for number in range(count - 1):
        after = "mk_node_zzz" if number == count - 2 else "mk_node_lll"
        files[f"mk_node_c{number:02}"] = templates.derive(
            "mk_node_lll", f"mk_node_c{number:02}",
            [("mk_node_zzz", after, f"mk_node_c{number + 1:02}")])
    files[f"mk_node_c{count - 1:02}"] = templates.derive("mk_node_zzz", f"mk_node_c{count - 1:02}")
    return files


def tree(templates, count):
    """Each needs two, down to the leaves; the first needs all."""
    files = {}
    for number in range(count):
        name, children = f"mk_node_t{number:02}", (2 * number + 1, 2 * number + 2)
        if children[1] >= count:
            files[name] = templates.derive("mk_node_zzz", name)
            continue
        needs = [(placeholder, "mk_node_fff" if 2 * child + 2 < count else "mk_node_zzz",
                  f"mk_node_t{child:02}")
                 for placeholder, child in zip(("mk_node_yyy", "mk_node_zzz"), children)]
        files[name] = templates.derive("mk_node_fff", name, needs)
    return files
