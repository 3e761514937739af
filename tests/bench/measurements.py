# SPDX-License-Identifier: GPL-2.0-only
"""From raw results to rows: what each figure is set beside and what it should be.

Every function takes what the guest or a program printed and returns rows and notes."""

from statistics import median

from report import Row, thousands

# A counted figure that two boots give further apart than this is said to be unsure.
APART = 0.005

APPEND_NS = 80
APPEND_FLAT = 1.10  # from the fewest records written before to the most
PROBE_INSTRUCTIONS = 300
READ_FASTER, MAP_FASTER = 10, 40  # than /dev/kmsg
MAP_BESIDE_BPF = 1.25
READERS_MORE = 0.05
LOAD_MORE = 0.03
REFERENCES_MORE = 0.05
FASTER_THAN = {"libkmod": 100, "sysfs walk": 100, "/proc/modules": 5}
LIST_FLAT = 1.25  # a module of a long list beside one of a short list
MEMORY_FIXED = 64 * 1024
MEMORY_MODULE = 512
# At most so many times what modprobe -a takes, and what one modprobe after another takes.
JOBS_BESIDE = {"100 names": {"modprobe -a": 1 / 2.0, "modprobe, one by one": 1 / 8},
               "a chain of 16": {"modprobe -a": 1.05}}
OURS, FLOOR = ("modkeeper load --all", "Manager.LoadAll on D-Bus"), "finit_module alone"
PLAN_FASTER = {"D-Bus": 20, "in process": 200}  # than modprobe -n
DAEMON_BYTES = 6 * 1024 * 1024
DAEMON_PRIVATE_BYTES = 1536 * 1024
START_MS = 10
DECISION_INSTRUCTIONS = 300
SET_INSTRUCTIONS = 5_000_000  # of 2 ns: 10 ms
REFUSED_BESIDE = 0.1  # of what a helper takes that modprobe.d sends away
HOLDERS_MOST = 100_000_000  # instructions of 2 ns


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
            if run.get("error_occurred"):
                raise ValueError(f"{run['run_name']}: {run['error_message']}")
            name = tuple(run["run_name"].split("/")[:2])
            by_name.setdefault(name, []).append(run["cpu_time"])
    clocks = median(by_name.pop(("read_clocks",)))
    rows, job = [], "append a record of 200 bytes (host)"
    counts = {int(before): times for (_, before), times in by_name.items()}
    for before, times in sorted(counts.items()):
        ns = median(times)
        rows.append(Row(job, f"after {before:,} records", f"{ns:.0f} ns", f"{ns / clocks:.1f}x",
                        f"<= {APPEND_NS} ns", ns <= APPEND_NS, ns, "ns"))
    flat = median(counts[max(counts)]) / median(counts[min(counts)])
    rows += [Row(job, "the last beside the first", f"{flat:.2f}", "", f"<= {APPEND_FLAT:.2f}",
                 flat <= APPEND_FLAT, flat, "ratio"),
             Row(job, "of which reading the clock", f"{clocks:.0f} ns", "1.0x", value=clocks,
                 unit="ns")]
    least = min(min(times) for times in counts.values())
    return rows, [f"append: {least:.0f} ns at the least; the clock is asked once for both stamps, "
                  "under the lock; nearly all of that is reading the processor's own counter"]


def readers(runs):
    """Runs with one reader and with many, in turns: the middle of each."""
    counts = sorted({run["readers"] for run in runs})
    ns = {count: median(run["writer_ns"] for run in runs if run["readers"] == count)
          for count in counts}
    one, many = counts[0], counts[-1]
    job = f"{many} readers at once (host)"
    more = ns[many] / ns[one] - 1
    owed = sum(run["readers"] * run["records"] for run in runs)
    told = sum(run["delivered"] + run["lost"] for run in runs)
    astray = sum(run["astray"] for run in runs)
    return [Row(job, f"writer beside {one}", f"{ns[one]:.0f} ns", "1.00x", value=ns[one],
                unit="ns"),
            Row(job, f"writer beside {many}", f"{ns[many]:.0f} ns", f"{1 + more:.2f}x",
                f"<= {1 + READERS_MORE:.2f}x", more <= READERS_MORE, ns[many], "ns"),
            Row(job, "records neither delivered nor told", f"{owed - told:,} of {owed:,}",
                "", "0", not astray and owed == told, owed - told, "records")], \
        [f"{job}: a writer at full speed on one processor, readers that poll on the others; "
         f"{sum(run['lost'] for run in runs) / owed:.0%} of the records were overwritten before a "
         "reader came, and told as LOST"]


def drains(results):
    lines = only(results, "drain")
    cost = {line["contender"]: median(line["instructions"]) / line["records"] for line in lines}
    job = f"read {lines[0]['records']} records of {lines[0]['record_bytes']} bytes"
    notes = []
    if len({(line["checksum"], line["records"]) for line in lines}) != 1:
        notes.append(f"{job}: BROKEN: the contenders do not say the same")
    log, bpf = cost["/dev/kmsg, a record a read()"], cost["BPF ring buffer, libbpf"]
    aims = {"driver, read() in batches": READ_FASTER, "driver, mapped, in runs": MAP_FASTER}
    rows = []
    for name, count in cost.items():
        aim = aims.get(name)
        rows.append(Row(job, name, f"{count:,.1f} instr.", f"{log / count:.1f}x",
                        f">= {aim}x" if aim else "", log / count >= aim if aim else None, count,
                        "guest instructions a record"))
    beside = cost["driver, mapped, in runs"] / bpf
    rows.append(Row(job, "driver, mapped, beside libbpf", f"{beside:.2f}", "",
                    f"<= {MAP_BESIDE_BPF:.2f}", beside <= MAP_BESIDE_BPF, beside, "ratio"))
    notes.append(f"{job}: counted from the first call until there is no more, with a checksum of "
                 f"every text ({lines[0]['text_bytes']} bytes); lines of /dev/kmsg have the same "
                 "text, records of the BPF ring buffer are the same bytes; ratios are beside "
                 "/dev/kmsg. libbpf's reader is the only one of its ring and hands records out "
                 "in place; readers of the driver are many and copy")
    return rows, notes


def operations(results):
    """What a probe costs is told from what the driver does in it by probes that do nothing."""
    def count(contender, operation):
        return median(next(line["instructions"] for line in only(results, "operation")
                           if (line["contender"], line["operation"]) == (contender, operation)))

    write, pair = "write of a parameter", "get and put of a reference"
    base, ours = count("without the driver", pair), count("driver", pair)
    rows, job = [], "get and put a reference"
    rows.append(Row(job, "without the driver", f"{base:,.0f} instr.", "1.000x", value=base,
                    unit="guest instructions"))
    rows.append(Row(job, "driver, references off", f"{ours:,.0f} instr.", f"{ours / base:.3f}x",
                    f"<= {1 + REFERENCES_MORE:.2f}x", ours / base - 1 <= REFERENCES_MORE, ours,
                    "guest instructions"))
    tracked = count("driver, references too", pair)
    rows.append(Row(job, "driver, references on", f"{tracked:,.0f} instr.",
                    f"{tracked / base:.1f}x", value=tracked, unit="guest instructions"))

    job = "from probe entry to committed"
    committed = {
        "a mark": count("driver", "write of a mark") - count("driver", "write of a mark, refused"),
        "a parameter": count("driver", write) - count("empty probes", write),
        "a reference": (tracked - count("empty probes", pair)) / 2}
    for name, instructions in committed.items():
        rows.append(Row(job, name, f"{instructions:,.0f} instr.", "",
                        f"<= {PROBE_INSTRUCTIONS}", instructions <= PROBE_INSTRUCTIONS,
                        instructions, "guest instructions"))
    probes = {"the kernel's probe of a return": count("empty probes", write) -
              count("without the driver", write),
              "the kernel's tracepoint": (count("empty probes", pair) - base) / 2}
    for name, instructions in probes.items():
        rows.append(Row(job, f"before it: {name}", f"{instructions:,.0f} instr.",
                        value=instructions, unit="guest instructions"))
    return rows, [f"{job}: a mark: write() of one less write() of one that is refused for its last "
                  "byte, thus building, stamping, copying, committing and waking; a parameter and "
                  "a reference: the operation with the driver's probe less the same with a probe "
                  "that does nothing, thus all of the handlers, with the old value and the name of "
                  "the calling function"]


def snapshots(first, second):
    rows, notes, a_module = [], [], {}
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
        a_module[modules] = ours / modules
        for name, count in counts.items():
            aim = FASTER_THAN.get(name)
            rows.append(Row(job, name, f"{thousands(count)} instr.", f"{count / ours:.1f}x",
                            f">= {aim}x" if aim else "", count / ours >= aim if aim else None,
                            count, "guest instructions"))
    few, many = min(a_module), max(a_module)
    flat = a_module[many] / a_module[few]
    rows.append(Row(f"list {many} modules", f"a module, beside one of {few}", f"{flat:.2f}", "",
                    f"<= {LIST_FLAT:.2f}", flat <= LIST_FLAT, flat, "ratio"))
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
    for name in ("without the driver", "driver, all sources", "driver, no probes",
                 "empty probes, no driver"):
        counts = [[n for line in only(results, "load") if line["contender"] == name
                   for n in line["instructions"]] for results in (first, second)]
        least[name], middle[name] = min(counts[0]), median(counts[0])
        notes += agree(f"load, {name}", least[name], min(counts[1]))
    module = only(first, "load")[0]["module"]
    base, ours = least["without the driver"], least["driver, all sources"]
    job = f"load {module}"
    for name, count in least.items():
        judged = name == "driver, all sources"
        more = count / base - 1
        rows.append(Row(job, name, f"{thousands(count)} instr.", f"{1 + more:.3f}x",
                        f"<= {1 + LOAD_MORE:.2f}x" if judged else "",
                        more <= LOAD_MORE if judged else None, count, "guest instructions"))
    notes.append(f"{job}: {thousands(ours - base)} instructions more at the least, "
                 f"{middle['driver, all sources'] / middle['without the driver'] - 1:+.2%} at the "
                 "middle; all sources are what the driver has on when it is loaded as it is: "
                 "trace_probes=1, track_refs=0. Empty probes: the kernel's own part, which beside "
                 "calling them notes the names of all functions of the module's init")
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
    rows, notes = [], []
    for line in only(results, "daemon"):
        name, ours = line["program"], line["program"] == "modkeeperd"
        for what, key, aim in (("resident", "resident", DAEMON_BYTES),
                               ("nobody else's", "private", DAEMON_PRIVATE_BYTES),
                               ("in no file", "anonymous", None)):
            aimed = ours and aim
            rows.append(Row("daemon at rest", f"{name}, {what}", kib(line[key]), "",
                            f"<= {kib(aim)}" if aimed else "", line[key] <= aim if aimed else None,
                            line[key], "bytes"))
        if ours and line["exit_status"]:
            notes.append(f"daemon: ended with status {line['exit_status']} when it was stopped")
    return rows, notes


def jobs(results):
    rows, notes, refused = [], [], 0
    for label in dict.fromkeys(line["list"] for line in only(results, "jobs")):
        lines = {line["contender"]: line for line in results if line.get("list") == label}
        ours = median(lines["modkeeper load --all"]["ns"])
        job = f"load {label}"
        if len({line["modules"] for line in lines.values()}) != 1:
            notes.append(f"{job}: BROKEN: the contenders do not load the same")
        for name, line in lines.items():
            ns = median(line["ns"])
            aim = JOBS_BESIDE.get(label, {}).get(name)
            rows.append(Row(job, name, f"{ns / 1e6:,.0f} ms", f"{ns / ours:.2f}x",
                            f">= {1 / aim:.2f}x" if aim else "",
                            ours / ns <= aim if aim else None, ns, "ns"))
        notes.append(f"{job}: {lines['modkeeper load --all']['modules']} modules")
        floor = min(median(line["ns"]) for name, line in lines.items() if name.startswith(FLOOR))
        notes.append(f"{job}: beside the floor: " + ", ".join(
            f"{name} {median(line['ns']) / floor:.2f}x" for name, line in lines.items()
            if not name.startswith(FLOOR)))
        refused += sum(lines[name]["refused"] for name in OURS)
    rows.append(Row("load, all lists", "calls of ours that the kernel refused", f"{refused}", "", "0",
                    refused == 0, refused, "calls"))
    notes.append("load: wall time on two emulated processors, whole processes, modules without "
                 "signatures; ratios are beside modkeeper load --all; the middle of the rounds")
    return rows, notes


def processes(results):
    lines = {line["contender"]: line for line in only(results, "process")}
    cost = {name: median(line["instructions"]) for name, line in lines.items()}
    job = f"list {next(iter(lines.values()))['modules']} modules, whole process"
    beside = cost["lsmod"]
    return [Row(job, name, f"{thousands(count)} instr.", f"{beside / count:.2f}x",
                ">= 1.00x" if name == "modkeeper list" else "",
                count <= beside if name == "modkeeper list" else None, count,
                "guest instructions") for name, count in cost.items()], []


def holders(results):
    """Beside the quickest of the tools that tell who has a device open, and beside a fifth of a
    second of a processor that does an instruction in 2 ns."""
    lines = {line["contender"]: line for line in only(results, "holders")}
    cost = {name: median(line["instructions"]) for name, line in lines.items()}
    first = next(iter(lines.values()))
    job = f"holders, {first['processes']} processes of {first['files']} files"
    ours = "modkeeper holders"
    beside = cost["lsof"]
    rows = [Row(job, name, f"{thousands(count)} instr.", f"{beside / count:.2f}x",
                f"<= {thousands(HOLDERS_MOST)} instr." if name == ours else "",
                count <= HOLDERS_MOST if name == ours else None, count, "guest instructions")
            for name, count in cost.items()]
    return rows, []


def policy(results):
    """A decision is what a judgement takes more than one without any policy. The least of many, as
    of loads: a tick of the timer is not the policy's."""
    def least(contender, operation):
        return min(next(line["instructions"] for line in only(results, "policy")
                        if (line["contender"], line["operation"]) == (contender, operation)))

    policies = list(dict.fromkeys(line["contender"] for line in only(results, "policy")
                                  if line["operation"] == "set"))
    rows, none = [], "no policy"
    for operation, job in (("judge", "a decision, as it is asked for"),
                           ("load", "a decision, in a load")):
        base = least(none, operation)
        for name in policies:
            count = least(name, operation) - base
            judged = operation == "judge"
            rows.append(Row(job, name, f"{thousands(count)} instr.", f"{count / base:.2%}",
                            f"<= {DECISION_INSTRUCTIONS}" if judged else "",
                            count <= DECISION_INSTRUCTIONS if judged else None, count,
                            "guest instructions"))
    for name in policies:
        count = least(name, "set")
        rows.append(Row("set a policy", name, f"{thousands(count)} instr.", "",
                        f"<= {thousands(SET_INSTRUCTIONS)}", count <= SET_INSTRUCTIONS, count,
                        "guest instructions"))
    helper, gate = (least(name, "refuse a request") for name in ("install /bin/false",
                                                                 "gate of requests"))
    job = "refuse a request of the kernel"
    rows += [Row(job, "install /bin/false", f"{thousands(helper)} instr.", "1.000x", value=helper,
                 unit="guest instructions"),
             Row(job, "gate of requests", f"{thousands(gate)} instr.", f"{gate / helper:.3f}x",
                 f"<= {REFUSED_BESIDE:.1f}x", gate <= REFUSED_BESIDE * helper, gate,
                 "guest instructions")]
    return rows, [f"a load judged by {policies[-1]} takes {thousands(least(policies[-1], 'load'))} "
                  f"instructions, by none {thousands(least(none, 'load'))}; in a load the driver "
                  "also gathers the facts that rules ask about"]


def calls(results):
    rows = []
    for line in only(results, "call"):
        counts = sorted(line["instructions"])
        for what, count in (("median", median(counts)), ("p99", counts[len(counts) * 99 // 100])):
            rows.append(Row(f"call with {line['modules']} modules", f"{line['contender']}, {what}",
                            f"{thousands(count)} instr.", value=count, unit="guest instructions"))
    return rows, ["calls: from sending to the end of the answer, bus and service included; the "
                  "answer of systemd-hostnamed is much smaller"]


def plans(results):
    slowest = next(line for line in results if line["contender"] == "modprobe -n")
    job = f"plan of nfsv4, {slowest['modules']} modules (host)"
    rows = [Row(job, "modprobe -n --show-depends", f"{slowest['median_ns'] / 1000:,.0f} us", "1.0x",
                value=slowest["median_ns"], unit="ns")]
    for line in results:
        if line is slowest:
            continue
        aim = PLAN_FASTER.get(line["contender"])
        faster = slowest["median_ns"] / line["median_ns"]
        rows.append(Row(job, line["contender"], f"{line['median_ns'] / 1000:,.1f} us",
                        f"{faster:.1f}x", f">= {aim}x" if aim else "",
                        faster >= aim if aim else None, line["median_ns"], "ns"))
    return rows, []


def starts(results):
    job, rows = "from exec to a name on the bus (host)", []
    for line in results:
        ours = line["contender"] == "modkeeperd"
        median_ms = line["median_ms"]
        rows.append(Row(job, line["contender"], f"{median_ms:.1f} ms",
                        f"least {line['least_ms']:.1f}", f"<= {START_MS} ms" if ours else "",
                        median_ms <= START_MS if ours else None, median_ms, "ms"))
    return rows, []
