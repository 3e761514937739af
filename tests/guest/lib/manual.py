# SPDX-License-Identifier: GPL-2.0-only
"""The manual pages as they are installed: what is said in them to type, and what they say comes of it.

Two kinds of literal blocks are examples. A session has commands behind a prompt, "#" for root and "$"
for anybody, and below each what it prints, where "..." stands for anything; an exit status other
than 0 is shown by `echo $?`. What stands below "Examples:" is commands alone, for root, which all succeed.
"""

import re
from dataclasses import dataclass, field

UNTIL_INTERRUPTED = "# until Ctrl-C"


@dataclass
class Block:
    section: str  # of the page, such as "EXAMPLES"
    part: str  # of the section, "" when it has none
    before: str  # the line before it
    lines: list = field(default_factory=list)

    @property
    def is_session(self):
        return any(line.startswith(("$ ", "# ")) for line in self.lines[:1])

    @property
    def is_list(self):
        return self.before == "Examples:"


@dataclass
class Command:
    as_root: bool
    text: str
    printed: str = ""  # of a session: what the page says that it prints

    @property
    def until_interrupted(self):
        return self.text.endswith(UNTIL_INTERRUPTED)


def plain(roff):
    """The characters that a line of roff stands for."""
    roff = roff.replace("\\\\", "\0").replace("\\e", "\0").replace("\\&", "").replace("\\-", "-")
    return re.sub(r"\\f[BIRP]", "", roff.replace("\\(aq", "'")).replace("\0", "\\")


def blocks(page):
    """Every literal block of a page, whose roff @page is."""
    section = part = before = ""
    block = None
    for line in page.splitlines():
        if line == ".nf":
            block = Block(section, part, before)
        elif line == ".fi":
            yield block
            block = None
        elif line.startswith(".SH "):
            section, part = plain(line[4:]), ""
        elif line.startswith(".SS "):
            part = plain(line[4:])
        elif block and not re.match(r"\.R[SE]\b", line):
            block.lines.append(plain(line))
        elif not line.startswith("."):
            before = plain(line)


def commands(block):
    """Those that an example consists of."""
    found = []
    continued = False
    for line in block.lines:
        if continued:
            found[-1].text += "\n" + line
        elif block.is_list:
            found.append(Command(True, line))
        elif line.startswith(("$ ", "# ")):
            found.append(Command(line.startswith("# "), line[2:]))
        else:
            found[-1].printed += line + "\n"
            continue
        continued = line.endswith("\\")
    return found


def examples(page):
    """[(block, its commands)] of a page."""
    return [(block, commands(block)) for block in blocks(page) if block.is_session or block.is_list]
