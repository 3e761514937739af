# SPDX-License-Identifier: GPL-2.0-only
"""The guest's root folder: programs, modules with their index, and what each job runs."""

import shutil
from pathlib import Path

import derived_modules
import module_set
from builds import BENCH, BUILD, build_daemon, build_driver, build_helpers, build_program, call
from guest import Broken, Guest

FEW, MANY = 110, 300  # modules in a list, the driver among them
SNAPSHOT_ROUNDS = {FEW: 9, MANY: 5}
LOAD_ROUNDS = 12
LOAD_TURNS = 3
DRAINED, DRAIN_ROUNDS = 512, 7  # records: as many lines as the kernel's log holds
OPERATION_ROUNDS = 25
MEMORY_CYCLES = 3
TORN_SECONDS = 25
RING_KB = 1024
JOB_ROUNDS = 5
PROCESS_ROUNDS, CALL_ROUNDS = 7, 100
HOLDING_PROCESSES, HOLDING_FILES, HOLDING_ROUNDS = 500, 100, 3
HELD, HELD_NODE = "snd_dummy", "/dev/snd/controlC0"  # whose files belong to the core of sound
NAMES = 100  # of modules to load at once, which bring some more
CHAIN, TREE, EMPTY, SLEEPING = 16, 63, 64, 32  # modules made for this
STAYING = ("kernel/net/dccp", "kernel/net/sctp", "kernel/net/tipc")  # once they are loaded
SYSTEMD = Path("/lib/systemd")
OPENED_LATE = ("libkmod.so.2", "libnl-genl-3.so.200", "liblzma.so.5", "libz.so.1", "libzstd.so.1")
POLICY_RULES, POLICY_ROUNDS = (10, 10_000), 25
START_BUS = ["export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus",
             "dbus-daemon --config-file=/etc/bus.conf --fork --nopidfile >/dev/null"]


def prepare_guest(kernel):
    guest = Guest(kernel, BUILD / "initramfs")
    guest.add_program(build_program("guest", "mk-bench"))
    modules = (kernel / "modules").resolve()
    # more than wanted: some find no hardware, and those that need them are refused then
    names = module_set.stage(modules, module_set.choose(modules, MANY + 60),
                             guest.root / "modules")
    (guest.root / "modules/list").write_text("".join(f"/modules/{name}\n" for name in names))
    own = [module_set.find(modules, name) for name in (*module_set.CHURNED, module_set.TIMED)]
    module_set.stage(modules, own, guest.root / "modules")
    stage_held(modules, guest)
    for module in (build_driver(), *build_helpers()):
        shutil.copy(module, guest.root / "modules")
    stage_index(kernel, guest)
    add_jobs(guest)
    add_daemon(guest)
    stage_policies(kernel, guest)
    guest.pack()
    return guest


def stage_held(modules, guest):
    """The module whose holders are looked for, with those that it needs, in the order of loading."""
    needs = module_set.read_dependencies(modules)
    path = module_set.find(modules, HELD)
    names = module_set.stage(modules, [*needs[path], path], guest.root / "modules/held")
    (guest.root / "modules/held/list").write_text("".join(f"/modules/held/{name}\n"
                                                          for name in names))
    for tool in ("lsof", "find"):
        program = shutil.which(tool)
        if not program:
            raise Broken(f"no {tool} for the guest; apt-get install lsof findutils")
        guest.add_program(program, f"tools/{tool}")


def stage_index(kernel, guest):
    """What modprobe and the daemon go by: modules where they look for them, with an index; and the
    tools, out of the way of the kernel, which would ask them for more."""
    release = (kernel / "release").read_text().strip()
    modules = (kernel / "modules").resolve()
    tree = guest.root / "lib/modules" / release
    chosen = [path for path in module_set.choose(modules, NAMES + 100)
              if not path.startswith(STAYING)][:NAMES + 60]
    lists = {"names": [name.removesuffix(".ko")
                       for name in module_set.stage(modules, chosen, tree / "real")]}
    templates = derived_modules.Templates(BUILD / "kernel")
    for label, files in (("chain", derived_modules.chain(templates, CHAIN)),
                         ("tree", derived_modules.tree(templates, TREE)),
                         ("empty", derived_modules.empty(templates, EMPTY)),
                         ("sleeping", derived_modules.sleeping(templates, SLEEPING))):
        folder = tree / label
        folder.mkdir()
        for name, data in files.items():
            (folder / f"{name}.ko").write_bytes(data)
        lists[label] = list(files)[:1] if label in ("chain", "tree") else list(files)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(modules / name, tree)
    call("depmod", "-b", guest.root, release)
    (guest.root / "lists").mkdir()
    for label, names in lists.items():
        (guest.root / "lists" / label).write_text("\n".join(names) + "\n")
    for tool in ("modprobe", "lsmod"):
        guest.add_program(shutil.which("kmod"), f"tools/{tool}")
    for tool in ("systemd-modules-load", "systemd-hostnamed"):
        guest.add_program(SYSTEMD / tool, f"tools/{tool}")


def stage_policies(kernel, guest):
    """Rules as a list of denied modules is written, compiled by the command itself; and what is
    written into modprobe.d to have a request of the kernel refused."""
    policies = guest.root / "policies"
    policies.mkdir()
    release = (kernel / "release").read_text().strip()
    texts = {str(count): [f'deny load cve_{number:05} reason "CVE-2026-{number:05}"'
                          for number in range(count)] for count in POLICY_RULES}
    texts["request"] = ["deny request net-pf-33"]
    written = BUILD / "policy-root"
    for name, rules in texts.items():
        shutil.rmtree(written, ignore_errors=True)
        folder = written / "etc/modkeeper/policy.d"
        folder.mkdir(parents=True)
        (folder / "50-bench.rules").write_text("\n".join(["policy 1", *rules]) + "\n")
        index = written / "lib/modules" / release
        index.mkdir(parents=True)
        for file in (guest.root / "lib/modules" / release).glob("modules.*"):
            shutil.copy(file, index)
        call(guest.root / "bin/modkeeper", "policy", "compile", "--root", written, "--kernel",
             release, "--output", policies / f"{name}.bin")
    (guest.root / "etc/modprobe.d").mkdir()
    (guest.root / "etc/modprobe.d/deny.conf").write_text("install net-pf-33 /bin/false\n")


def add_jobs(guest):
    def load(modules):
        return f"mk-bench load-modules /modules/list {modules - 1}"

    insmod, rmmod = "insmod /modules/modkeeper.ko", "rmmod modkeeper"
    churned = " ".join(f"/modules/{name}.ko" for name in module_set.CHURNED)
    snapshots = []
    for modules in (FEW, MANY):
        snapshots += [load(modules),
                      f"mk-bench measure-memory {MEMORY_CYCLES} /modules/modkeeper.ko "
                      f"ring_kb={RING_KB}",
                      insmod, f"mk-bench time-snapshots {SNAPSHOT_ROUNDS[modules]}", rmmod]
    guest.add_job("snapshots", snapshots)

    timed = f"{LOAD_ROUNDS} /modules/{module_set.TIMED}.ko"
    turn = [f"mk-bench time-loads 'without the driver' {timed}", insmod,
            f"mk-bench time-loads 'driver, all sources' {timed}", rmmod,
            f"{insmod} trace_probes=0",
            f"mk-bench time-loads 'driver, no probes' {timed}", rmmod,
            "insmod /modules/mk_probes.ko",
            f"mk-bench time-loads 'empty probes, no driver' {timed}", "rmmod mk_probes"]
    guest.add_job("loads", [load(FEW)] + turn * LOAD_TURNS)

    guest.add_job("drains", [insmod, f"mk-bench time-drains {DRAINED} {DRAIN_ROUNDS}"])
    guest.add_job("operations", operations(insmod, rmmod))

    jobs = [("100 names", "names", NAMES), (f"a chain of {CHAIN}", "chain", 1),
            (f"a tree of {TREE}", "tree", 1), (f"{EMPTY} empty modules", "empty", EMPTY),
            (f"{SLEEPING} that sleep 2 ms", "sleeping", SLEEPING)]
    guest.add_job("jobs", [insmod, *START_BUS, "/bin/modkeeperd &", "sleep 2"] +
                  [f"mk-bench time-jobs '{label}' {JOB_ROUNDS} /lists/{name} {count}"
                   for label, name, count in jobs])

    guest.add_job("processes", [load(FEW), insmod,
                                f"mk-bench time-processes {FEW} {PROCESS_ROUNDS}"])
    guest.add_job("holders", [
        insmod, "while read -r file; do insmod \"$file\"; done </modules/held/list", "sleep 1",
        f"mk-bench time-holders {HOLDING_PROCESSES} {HOLDING_FILES} {HOLDING_ROUNDS} {HELD} "
        f"{HELD_NODE}"])
    guest.add_job("calls", [load(MANY), insmod, *START_BUS, "/bin/modkeeperd &",
                            "/tools/systemd-hostnamed &", "sleep 2",
                            f"mk-bench time-calls {MANY} {CALL_ROUNDS}"])

    guest.add_job("policy", [
        load(FEW), insmod, "echo /tools/modprobe >/proc/sys/kernel/modprobe",
        f"mk-bench time-policy {POLICY_ROUNDS} /modules/{module_set.TIMED}.ko /policies"])

    guest.add_job("torn", [load(FEW), insmod, f"mk-bench count-torn {TORN_SECONDS} {churned}"])
    guest.add_job("daemon", [
        load(FEW), insmod, *START_BUS, "mk-bench measure-daemon /bin/modkeeperd notify",
        "mk-bench measure-daemon /tools/systemd-hostnamed silent"])


def operations(insmod, rmmod):
    def turn(label):
        return f"mk-bench time-operations '{label}' {OPERATION_ROUNDS}"

    helper = "insmod /modules/mk_bench.ko"
    return [f"{helper} empty_probes=1", turn("empty probes"), "rmmod mk_bench",
            helper, turn("without the driver"),
            insmod, turn("driver"), rmmod,
            f"{insmod} track_refs=1", turn("driver, references too"), rmmod]


def add_daemon(guest):
    program = shutil.which("dbus-daemon")
    if not program:
        raise Broken("no dbus-daemon for the guest; apt-get install dbus-daemon")
    guest.add_program(program)
    for built in build_daemon():
        guest.add_program(built)
    for library in OPENED_LATE:
        guest.add_library(library)
    shutil.copy(BENCH / "bus.conf", guest.root / "etc")
