# SPDX-License-Identifier: GPL-2.0-only
"""What modkeeper-json(7), as it is installed, says of keys; and is what a command printed like that?"""

import gzip
import json
import pathlib
import re

from lib import manual

PAGE = pathlib.Path("/usr/share/man/man7/modkeeper-json.7")  # a package has it packed

TYPES = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "true or false": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
}


def read(page):
    """{key: (type, the commands and "failures" that have it)} of the page, whose roff @page is."""
    part = re.search(r"^\.SH KEYS$(.*?)^\.SH", page, re.M | re.S).group(1)
    keys = {}
    for entry in re.split(r"^(?=\\fB)", part, flags=re.M):
        told = re.match(r"\\fB([\w\\]+)\\fR ([a-z ]+)$", entry, re.M)
        if told:
            of = re.search(r"^In: (.*)\.$", manual.plain(entry), re.M).group(1)
            keys[manual.plain(told.group(1))] = (told.group(2), of.split(", "))
    return keys


def is_of(kind, value):
    if kind.startswith("array of "):
        one = kind.removeprefix("array of ").removesuffix("s")
        return isinstance(value, list) and all(TYPES[one](each) for each in value)
    return TYPES[kind](value)


def faults(keys, command, value):
    if isinstance(value, list):
        for one in value:
            yield from faults(keys, command, one)
    if not isinstance(value, dict):
        return
    for name, below in value.items():
        kind, commands = keys.get(name, (None, []))
        if kind is None:
            yield f"{name} is not in the page"
        elif below is not None and not is_of(kind, below):
            yield f"{name} is no {kind}: {below!r}"
        elif command not in commands and "failures" not in commands:
            yield f"{name} is not among the keys of {command}"
        if isinstance(below, (dict, list)):
            yield from faults(keys, command, below)


def documents(said):
    try:
        return [json.loads(said)]
    except ValueError:
        return [json.loads(line) for line in said.splitlines()]


def installed_page():
    return PAGE.read_text() if PAGE.exists() else gzip.open(f"{PAGE}.gz", "rt").read()


def check(words, said):
    """AssertionError when the page does not have what the command @words printed."""
    command, *more = [str(word) for word in words if not str(word).startswith("-")]
    if command == "policy":  # has commands of its own
        command += " " + more[0]
    found = [fault for document in documents(said)
             for fault in faults(read(installed_page()), command, document)]
    assert not found, (words, found)
