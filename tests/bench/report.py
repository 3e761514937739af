# SPDX-License-Identifier: GPL-2.0-only
"""What was measured, as rows of one table and as JSON."""

import json
from dataclasses import asdict, dataclass


@dataclass
class Row:
    job: str
    contender: str
    figure: str
    ratio: str = ""  # beside ours, or beside the job without us
    aim: str = ""
    met: bool | None = None  # None: no aim
    value: float | None = None  # the figure as a number
    unit: str = ""

    def verdict(self):
        return {None: "", True: "met", False: "MISSED"}[self.met]


HEADINGS = ("job", "contender", "figure", "ratio", "aim", "")


def table(rows):
    """The rows with aligned columns; a job is named once."""
    cells, last = [HEADINGS], None
    for row in rows:
        cells.append(("" if row.job == last else row.job, row.contender, row.figure, row.ratio,
                      row.aim, row.verdict()))
        last = row.job
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEADINGS))]
    right = (False, False, True, True, True, False)
    lines = []
    for number, line in enumerate(cells):
        if number and line[0]:
            lines.append("-" * (sum(widths) + 2 * (len(widths) - 1)))
        lines.append("  ".join(text.rjust(width) if to_right else text.ljust(width)
                               for text, width, to_right in zip(line, widths, right)).rstrip())
    return "\n".join(lines)


def summary(rows):
    aimed = [row for row in rows if row.met is not None]
    missed = [f"{row.job}: {row.contender}" for row in aimed if not row.met]
    text = f"{len(aimed) - len(missed)} of {len(aimed)} aims met"
    return text + (f"; missed: {'; '.join(missed)}" if missed else "")


def write_json(path, rows, versions, notes, raw):
    document = {"versions": versions, "rows": [asdict(row) for row in rows], "notes": notes,
                "raw": raw}
    path.write_text(json.dumps(document, indent=1) + "\n")


def thousands(number):
    return f"{round(number):,}"
