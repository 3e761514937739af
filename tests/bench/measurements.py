# SPDX-License-Identifier: GPL-2.0-only
"""From raw results to rows: what each figure is set beside and what it should be.

Every function takes what the guest or a program printed and returns rows and notes."""

from statistics import median

from report import Row, thousands

# A counted figure that two boots give further apart than this is said to be unsure.
APART = 0.005

APPEND_NS = 150
FASTER_THAN = {"libkmod": 50, "sysfs walk": 50, "/proc/modules": 3}
LOAD_MORE = 0.02
MEMORY_FIXED = 64 * 1024
MEMORY_MODULE = 512
DAEMON_BYTES = 8 * 1024 * 1024


def only(results, job):
    return [line for line in results if line["job"] == job]


def agree(what, first, second):
    """A note where two boots differ."""
    apart = abs(first - second) / max(first, second)
    return [f"{what}: two boots differ by {apart:.2%}"] if apart > APART else []


def append(runs):
    # the middle of the repetitions: the machine may be doing other things
    by_name = {}
    for run in runs["benchmarks"]:
        if run["run_type"] == "iteration":
            by_name.setdefault(run["run_name"], []).append(run)
    records = by_name["append"]
    ns = median(run["cpu_time"] for run in records)
    clocks = median(run["cpu_time"] for run in by_name["read_clocks"])
    size = records[0]["bytes_per_record"]
    wraps = min(run["ring_wraps"] for run in records)
    job = "append one record (host)"
    rows = [Row(job, f"recorder, {size:.0f} bytes a record", f"{ns:.0f} ns", "1.0x",
                f"<= {APPEND_NS} ns", ns <= APPEND_NS, ns, "ns"),
            Row(job, "of which reading the clock", f"{clocks:.0f} ns", f"{clocks / ns:.2f}x",
                value=clocks, unit="ns")]
    least = min(run["cpu_time"] for run in records)
    return rows, [f"append: least {least:.0f} ns; the ring wrapped {wraps:.0f} times or more"]


def snapshots(first, second):
    rows, notes = [], []
    for modules in sorted({line["modules"] for line in only(first, "snapshot")}):
        job = f"list {modules} modules"
        lines = [line for line in only(first, "snapshot") if line["modules"] == modules]
        again = {line["contender"]: line for line in only(second, "snapshot")
                 if line["modules"] == modules}
        counts = {}
        for line in lines:
            name = line["contender"]
            counts[name] = median(line["instructions"])
            notes += agree(f"{job}, {name}", counts[name], median(again[name]["instructions"]))
        if len({line["hash"] for line in lines}) != 1:
            notes.append(f"{job}: BROKEN: the contenders do not say the same")
        ours = counts["driver"]
        for name, count in counts.items():
            aim = FASTER_THAN.get(name)
            rows.append(Row(job, name, f"{thousands(count)} instr.", f"{count / ours:.1f}x",
                            f">= {aim}x" if aim else "", count / ours >= aim if aim else None,
                            count, "guest instructions"))
    return rows, notes


def torn(results):
    rows, notes = [], []
    for line in only(results, "torn"):
        share = line["torn"] / max(line["lists"], 1)
        ours = line["contender"] == "driver"
        rows.append(Row("torn lists", line["contender"],
                        f"{line['torn']} of {line['lists']:,}", f"{share:.1%}",
                        "0" if ours else "", line["torn"] == 0 if ours else None,
                        line["torn"], "lists"))
        kinds = [f"{count} {what}" for what, count in
                 (("users not listed", line["absent_users"]), ("twice", line["duplicates"]),
                  ("missing", line["missing"]), ("too few references", line["few_references"]),
                  ("without an answer", line["failed"])) if count]
        if kinds:
            notes.append(f"torn lists, {line['contender']}: {', '.join(kinds)}")
        churn = line["churn_rounds"]
    notes.append(f"torn lists: meanwhile a chain of five modules came and went {churn} times")
    return rows, notes


def loads(first, second):
    """The least of many: a timer tick more or less in a load is not the load's."""
    rows, notes, least, middle = [], [], {}, {}
    for name in ("without the driver", "driver records"):
        counts = [[n for line in only(results, "load") if line["contender"] == name
                   for n in line["instructions"]] for results in (first, second)]
        least[name], middle[name] = min(counts[0]), median(counts[0])
        notes += agree(f"load, {name}", least[name], min(counts[1]))
    module = only(first, "load")[0]["module"]
    base, ours = least["without the driver"], least["driver records"]
    more = ours / base - 1
    job = f"load {module}"
    rows.append(Row(job, "without the driver", f"{thousands(base)} instr.", "1.000x",
                    value=base, unit="guest instructions"))
    rows.append(Row(job, "driver records", f"{thousands(ours)} instr.", f"{1 + more:.3f}x",
                    f"<= {1 + LOAD_MORE:.2f}x", more <= LOAD_MORE, ours, "guest instructions"))
    notes.append(f"{job}: {thousands(ours - base)} instructions more at the least, "
                 f"{middle['driver records'] / middle['without the driver'] - 1:+.2%} at the middle")
    return rows, notes


def kib(number):
    return f"{number / 1024:,.0f} KiB"


def memory(results, ring_kb):
    rows = []
    for line in only(results, "memory"):
        job = f"driver memory, {line['modules']} modules"
        bound = ring_kb * 1024 + MEMORY_FIXED + MEMORY_MODULE * line["modules"]
        data = line["used"] - line["core_size"]
        rows.append(Row(job, f"{line['when']}, without its code", kib(data), f"{data / bound:.2f}x",
                        f"<= {kib(bound)}", data <= bound, data, "bytes"))
        rows.append(Row(job, f"{line['when']}, with its code", kib(line["used"]),
                        f"{line['used'] / bound:.2f}x", value=line["used"], unit="bytes"))
    return rows, []


def daemon(results):
    line = only(results, "daemon")[0]
    job = "daemon at rest"
    rows = [Row(job, "resident", kib(line["resident"]), "", f"<= {kib(DAEMON_BYTES)}",
                line["resident"] <= DAEMON_BYTES, line["resident"], "bytes"),
            Row(job, "of which nobody else's", kib(line["private"]), value=line["private"],
                unit="bytes")]
    notes = []
    if line["exit_status"]:
        notes.append(f"daemon: ended with status {line['exit_status']} when it was stopped")
    return rows, notes
