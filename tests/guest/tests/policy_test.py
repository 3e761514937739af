# SPDX-License-Identifier: GPL-2.0-only
"""The policy in the kernel: what it denies is never loaded, whoever loads it and however; what it lets in is
loaded as ever; and who may change it."""

import errno
import os
import pathlib
import random
import re
import tempfile
import threading
import time

from lib import policy, system, uapi
from lib.device import Device
from lib.driver import DriverTest
from lib.module_file import SIGNATURE, distribution_file, patched
from lib.policy import Policy

NEW_PID, NEW_USER = 0x20000000, 0x10000000  # CLONE_NEWPID, CLONE_NEWUSER
NOBODY = 65534
# MK_VETOES=10000: more than usual
VETOES = int(os.environ.get("MK_VETOES", "400"))


def from_memory(image, arguments=b""):
    """init_module: errno or 0."""
    done = system.libc.syscall(system.INIT_MODULE, image, len(image), arguments)
    return system.ctypes.get_errno() if done else 0


def in_child(work):
    """What a child makes of it: a number from 0 to 255."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def loaded_names():
    return sorted(system.proc_modules())


class PolicyTest(DriverTest):
    def setUp(self):
        self.control = self.device()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.addCleanup(system.run, "ip", "link", "delete", "dummy0", check=False)
        self.addCleanup(self.clear)

    def tearDown(self):
        system.unload("mk_touch", "mk_watch", "dummy")
        super().tearDown()

    def clear(self):
        now = policy.state(self.control)
        if now.deadline:
            policy.try_confirm(self.control, now.generation)
        policy.clear(self.control)

    def set(self, rules, **more):
        return policy.set_policy(self.control, rules, **more)

    def file(self, name, data):
        path = self.folder / f"{name}.ko"
        path.write_bytes(data)
        return path

    def assert_denied(self, path, name, rule="test:1", load=system.load_error):
        """It is denied, and told; the two records."""
        reader, before = self.reader(), loaded_names()
        self.assertEqual(load(path), errno.EACCES, path)
        self.assertEqual(loaded_names(), before)
        records = [record for record in reader.drain() if record.module == name]
        self.assertEqual([record.kind for record in records],
                         [uapi.POLICY_DECISION, uapi.LOAD_FAILED])
        decision, failed = records
        self.assertEqual((decision.verdict, decision.rule), (uapi.VERDICT_DENIED, rule))
        self.assertEqual((failed.error, failed.stage, failed.rule),
                         (errno.EACCES, uapi.STAGE_POLICY, rule))
        self.assertEqual(failed.decision_sequence, decision.sequence)
        self.assertNotIn(name, [one.name for one in self.device().snapshot()])
        return decision, failed

    def assert_loads(self, path, name):
        self.assertEqual(system.load_error(path), 0, path)
        self.assertTrue(system.is_loaded(name))
        system.unload(name)


class Verdicts(PolicyTest):
    def test_by_name_and_by_pattern(self):
        self.set(Policy().deny("mk_proprietary", "mk_[s-t]*", unless=["mk_types"]))
        self.assert_denied(system.ours("mk_proprietary"), "mk_proprietary")
        self.assert_denied(system.ours("mk_slow"), "mk_slow")
        self.assert_loads(system.ours("mk_types"), "mk_types")
        self.assert_loads(system.ours("mk_base"), "mk_base")

    def test_the_first_rule_decides(self):
        self.set(Policy().allow("mk_base").deny("mk_*").otherwise(policy.ALLOW))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assert_denied(system.ours("mk_slow"), "mk_slow", "test:2")

    def test_everything_but_a_list(self):
        self.set(Policy().allow("mk_base").otherwise(policy.DENY, id="default"))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assert_denied(system.ours("mk_slow"), "mk_slow", "default")

    def test_both_spellings_of_a_name(self):
        base = system.ours("mk_base").read_bytes()
        dashed = self.file("dashed", patched(base, (b"mk_base\0", b"mk-base\0")))
        for name in ("mk_base", "mk-base"):
            self.set(Policy().deny(name))
            self.assert_denied(system.ours("mk_base"), "mk_base")
            self.assert_denied(dashed, "mk-base")

    def test_a_copy_under_another_file_name(self):
        self.set(Policy().deny("mk_base"))
        self.assert_denied(self.file("harmless", system.ours("mk_base").read_bytes()), "mk_base")

    def test_from_memory(self):
        self.set(Policy().deny("mk_base").deny("*", conditions=["from-memory"]))
        base, slow = (system.ours(name).read_bytes() for name in ("mk_base", "mk_slow"))
        self.assert_denied(base, "mk_base", load=from_memory)
        self.assert_denied(slow, "mk_slow", "test:2", load=from_memory)
        self.assert_loads(system.ours("mk_slow"), "mk_slow")

    def test_by_signature(self):
        signed = distribution_file("dummy").endswith(SIGNATURE)
        self.set(Policy().deny("*", conditions=["not signed"]))
        self.assert_denied(system.ours("mk_base"), "mk_base")
        if signed:
            system.modprobe("dummy")
            system.unload("dummy")
        self.set(Policy().deny("*", conditions=["signed"]))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        if signed:
            self.assertIn("Permission denied", system.run("modprobe", "dummy", check=False).stderr)

    def test_by_what_the_module_is(self):
        self.set(Policy().deny("*", conditions=["out-of-tree", "proprietary"]))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assert_denied(system.ours("mk_proprietary"), "mk_proprietary")
        self.set(Policy().deny("*", conditions=["not out-of-tree"]))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assertNotEqual(system.run("modprobe", "dummy", check=False).returncode, 0)

    def test_by_parameters_and_by_path(self):
        self.set(Policy().deny("mk_slow", conditions=["parameters=*ms=0*"])
                 .deny("*", conditions=[f"path={self.folder.resolve()}/*"]))
        self.assert_denied(system.ours("mk_slow"), "mk_slow",
                           load=lambda path: system.load_error(path, b"exit_ms=0 ms=0"))
        self.assert_loads(system.ours("mk_slow"), "mk_slow")
        copy = self.file("mk_base", system.ours("mk_base").read_bytes())
        self.assert_denied(copy, "mk_base", "test:2")
        self.assert_loads(system.ours("mk_base"), "mk_base")

    def test_the_file_system_of_the_root(self):
        here, elsewhere = pathlib.Path("/root/mk_base.ko"), pathlib.Path("/dev/shm/mk_base.ko")
        for copy in (here, elsewhere):
            self.addCleanup(copy.unlink)
            copy.write_bytes(system.ours("mk_base").read_bytes())
        self.assertNotEqual(os.stat("/").st_dev, elsewhere.stat().st_dev)
        self.set(Policy().deny("*", conditions=["not on-root-device"]))
        self.assert_denied(elsewhere, "mk_base")
        self.assert_loads(here, "mk_base")
        self.set(Policy().deny("*", conditions=["on-root-device"]))
        self.assert_denied(here, "mk_base")
        self.assert_loads(elsewhere, "mk_base")

    def test_by_who_loads(self):
        self.set(Policy().deny("mk_base", conditions=["by-container"])
                 .deny("mk_types", conditions=["by-uid=1000-2000"])
                 .deny("mk_slow", conditions=["by-helper"])
                 .deny("mk_proprietary", conditions=["not for-unprivileged"]))
        base = str(system.ours("mk_base"))
        inside = system.run("unshare", "--pid", "--fork", "insmod", base, check=False)
        self.assertIn("Permission denied", inside.stderr)
        self.assert_loads(base and system.ours("mk_base"), "mk_base")
        self.assert_loads(system.ours("mk_types"), "mk_types")
        keeping = ("setpriv", "--reuid=1500", "--inh-caps=+sys_module", "--ambient-caps=+sys_module")
        refused = system.run(*keeping, "insmod", system.ours("mk_types"), check=False)
        self.assertIn("Permission denied", refused.stderr)
        self.assert_loads(system.ours("mk_slow"), "mk_slow")
        # it serves no request: that is known
        self.assert_denied(system.ours("mk_proprietary"), "mk_proprietary", "test:4")

    def test_a_rule_that_is_over(self):
        self.set(Policy().deny("mk_base", until=time.time_ns() - 1)
                 .deny("mk_slow", until=time.time_ns() + 3600 * 10**9))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assert_denied(system.ours("mk_slow"), "mk_slow", "test:2")

    def test_audit_tells_what_enforce_does(self):
        self.set(Policy().deny("mk_base", reason="watched first"), load_mode=uapi.MODE_AUDIT)
        with system.KernelLog() as log:
            reader = self.reader()
            self.assertEqual(system.load_error(system.ours("mk_base")), 0)
            self.assertEqual(log.lines(), [line for line in log.lines() if "denied" not in line])
        decision, begin, live = [record for record in reader.drain() if record.module == "mk_base"]
        self.assertEqual((decision.kind, begin.kind, live.kind),
                         (uapi.POLICY_DECISION, uapi.LOAD_BEGIN, uapi.LOAD_LIVE))
        self.assertEqual((decision.verdict, decision.mode, decision.rule, decision.rule_reason),
                         (uapi.VERDICT_WOULD_DENY, uapi.MODE_AUDIT, "test:1", "watched first"))
        self.assertEqual((begin.rule, begin.decision_sequence), ("test:1", decision.sequence))
        system.unload("mk_base")
        generation = policy.set_mode(self.control, uapi.MODE_ENFORCE)
        enforced, _ = self.assert_denied(system.ours("mk_base"), "mk_base")
        self.assertEqual(enforced.generation, generation)
        same = ("module", "rule", "rule_reason", "file", "taints", "signature", "gate")
        self.assertEqual([getattr(enforced, name) for name in same],
                         [getattr(decision, name) for name in same])
        policy.set_mode(self.control, uapi.MODE_OFF)
        self.assert_loads(system.ours("mk_base"), "mk_base")

    def test_a_warning_goes_on(self):
        self.set(Policy().warn("mk_*").deny("mk_slow"))
        reader = self.reader()
        self.assert_loads(system.ours("mk_base"), "mk_base")
        decision, = self.told(reader, uapi.POLICY_DECISION)
        self.assertEqual((decision.verdict, decision.rule), (uapi.VERDICT_WOULD_DENY, "test:1"))
        self.assert_denied(system.ours("mk_slow"), "mk_slow", "test:2")

    def test_the_record_says_all_of_it(self):
        generation = self.set(Policy().deny("mk_base", id="10-cve.rules:2", reason="Copy Fail, no fix"))
        path = system.ours("mk_base")
        decision, failed = self.assert_denied(path, "mk_base", "10-cve.rules:2")
        self.assertEqual((decision.rule_reason, decision.generation, decision.gate, decision.mode),
                         ("Copy Fail, no fix", generation, uapi.GATE_LOAD, uapi.MODE_ENFORCE))
        self.assertEqual(decision.file, str(path.resolve()))
        self.assertEqual(decision.taints, system.taint_bits("OE"))
        self.assertEqual(decision.signature, uapi.SIGNATURE_NONE)
        self.assertEqual((decision.pid, decision.uid), (os.getpid(), 0))
        self.assertEqual(decision.user_namespace, os.stat("/proc/self/ns/user").st_ino)
        self.assertEqual(decision.pid_namespace, os.stat("/proc/self/ns/pid").st_ino)
        self.assertEqual(decision.link, uapi.LINK_NONE)
        self.assertEqual(decision.flags & uapi.ANYBODY, 0)
        self.assertEqual((failed.rule_reason, failed.load_sequence), ("Copy Fail, no fix", 0))
        self.assertEqual(failed.file, decision.file)

    def test_changes_are_recorded(self):
        reader = self.reader()
        rules = Policy().deny("a").deny("b")
        generation = self.set(rules, load_mode=uapi.MODE_AUDIT, request_mode=uapi.MODE_ENFORCE)
        policy.set_mode(self.control, uapi.MODE_ENFORCE)
        policy.clear(self.control)
        changes = self.told(reader, uapi.POLICY_CHANGE)
        self.assertEqual([(one.change, one.generation, one.load_mode, one.request_mode, one.rule_count)
                          for one in changes],
                         [(uapi.CHANGE_SET, generation, uapi.MODE_AUDIT, uapi.MODE_ENFORCE, 2),
                          (uapi.CHANGE_MODE, generation + 1, uapi.MODE_ENFORCE, uapi.MODE_ENFORCE, 2),
                          (uapi.CHANGE_CLEARED, generation + 2, 0, 0, 0)])
        self.assertEqual((changes[0].digest, changes[0].kernel),
                         (rules.block()[16:48].hex(), os.uname().release))
        self.assertEqual({(one.pid, one.flags & uapi.ANYBODY) for one in changes}, {(os.getpid(), 0)})


class Tools(PolicyTest):
    """What is seen of it from insmod, modprobe and the kernel's own requests."""

    def test_insmod_and_the_kernels_log(self):
        self.set(Policy().deny("mk_base", id="10-cve.rules:2", reason="Copy Fail"))
        with system.KernelLog() as log:
            done = system.run("insmod", system.ours("mk_base"), check=False)
            lines = [line for line in log.lines() if "denied" in line]
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r"^modkeeper: denied mk_base for insmod\[\d+\] uid 0: "
                         r'10-cve\.rules:2 "Copy Fail"$')

    def test_a_denied_dependency_of_modprobe(self):
        self.set(Policy().deny("mk_base", id="local:1"))
        reader = self.reader()
        with system.KernelLog() as log:
            done = system.run("modprobe", "mk_user", check=False)
            lines = [line for line in log.lines() if "denied" in line]
        # modprobe names what was asked for; the driver, what was denied
        self.assertRegex(done.stderr, r"could not insert 'mk_user': Permission denied")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("denied mk_base for modprobe", lines[0])
        decision, = self.told(reader, uapi.POLICY_DECISION)
        self.assertEqual((decision.module, decision.command), ("mk_base", "modprobe mk_user"))
        self.assertFalse(system.is_loaded("mk_user"))

    def test_what_modprobe_loaded_first_stays(self):
        self.set(Policy().deny("mk_user"))
        self.assertEqual(system.run("modprobe", "mk_user", check=False).returncode, 1)
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(system.proc_modules()["mk_base"].references, 0)

    def test_a_request_of_the_kernel(self):
        self.set(Policy().deny("dummy", id="local:7"))
        reader = self.reader()
        with system.KernelLog() as log:
            done = system.run("ip", "link", "add", "type", "dummy", check=False)
            lines = [line for line in log.lines() if "denied" in line]
        self.assertNotEqual(done.returncode, 0)
        decision, = self.told(reader, uapi.POLICY_DECISION)
        self.assertEqual((decision.module, decision.alias, decision.link, decision.request_comm),
                         ("dummy", "rtnl-link-dummy", uapi.LINK_CERTAIN, "ip"))
        self.assertRegex(lines[0], r"denied dummy for modprobe\[\d+\] uid 0, asked for by ip\[\d+\] uid 0 "
                         r"\(rtnl-link-dummy\): local:7$")

    def test_other_errors_come_first(self):
        self.set(Policy().deny("*"))
        self.assertEqual(system.load_error(self.file("noise", os.urandom(5000))), errno.ENOEXEC)

    def test_what_is_loaded_stays(self):
        system.insmod(system.ours("mk_base"))
        self.set(Policy().deny("mk_base"))
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EEXIST)


class Nothing(PolicyTest):
    """Of what is denied, nothing runs and nothing stays."""

    def test_no_code_of_it_runs(self):
        system.run("insmod", system.ours("mk_watch"), "name=mk_touch")

        def seen():
            return [int(system.sysfs("mk_watch", f"parameters/{name}")) for name in ("touched", "notified")]
        self.set(Policy().deny("mk_touch"))
        for arguments in (b"touch=1", b"", b"touch=1 touch=2"):
            self.assert_denied(system.ours("mk_touch"), "mk_touch",
                               load=lambda path, arguments=arguments: system.load_error(path, arguments))
        self.assertEqual(seen(), [0, 0])
        self.assertEqual(system.proc_modules()["mk_watch"].references, 0)
        # the same once it may: three listeners are told of COMING and LIVE
        policy.set_mode(self.control, uapi.MODE_AUDIT)
        self.assertEqual(system.load_error(system.ours("mk_touch"), b"touch=1"), 0)
        self.assertEqual(seen(), [2, 6])

    def test_no_instruction_of_it_runs(self):
        """Each function of it begins with a fault, after which the kernel would end."""
        self.set(Policy().deny("mk_trap"))
        for arguments in (b"trap=1", b""):
            self.assert_denied(system.ours("mk_trap"), "mk_trap",
                               load=lambda path, arguments=arguments: system.load_error(path, arguments))
        self.assertEqual(from_memory(system.ours("mk_trap").read_bytes(), b"trap=1"), errno.EACCES)

    def test_nothing_is_left_after_many_denials(self):
        expedited = pathlib.Path("/sys/kernel/rcu_expedited")
        if expedited.exists():
            self.addCleanup(expedited.write_text, expedited.read_text())
            expedited.write_text("1")
        system.insmod(system.ours("mk_watch"))
        names = ("mk_base", "mk_touch", "mk_types", "mk_proprietary")
        self.set(Policy().deny(*names))
        wrong = []

        def load(name, count):
            wrong.extend(error for error in
                         (system.load_error(system.ours(name), b"") for _ in range(count))
                         if error != errno.EACCES)
        for name in names:
            load(name, 5)  # caches that the kernel keeps
        before, denied = self.footprint(), policy.state(self.control).denied
        started = time.monotonic()
        loaders = [threading.Thread(target=load, args=(name, VETOES // len(names))) for name in names]
        for thread in loaders:
            thread.start()
        for thread in loaders:
            thread.join()
        took = time.monotonic() - started
        self.assertEqual(wrong, [])
        self.assertEqual(policy.state(self.control).denied - denied, VETOES // len(names) * len(names))
        after = self.footprint()
        print(f"# {VETOES} denials in {took:.1f} s: {before}, then {after}", flush=True)
        self.assertLess(after.pop("slab") - before.pop("slab"), 4 << 20)
        self.assertEqual(after, before)
        stats = self.device().stats()
        self.assertEqual((stats["missed"], stats["probes_missed"]), (0, 0))

    @staticmethod
    def footprint():
        maps = pathlib.Path("/proc/vmallocinfo").read_text()
        slab = re.search(r"^SUnreclaim: *(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
        return {"modules": loaded_names(), "sysfs": len(os.listdir("/sys/module")),
                "maps": len(re.findall("module_alloc|module_memory_alloc|move_module|execmem", maps)),
                "references": [(one.name, one.references) for one in system.proc_modules().values()
                               if one.name == "mk_watch"],
                "slab": int(slab[1]) * 1024}


class Changing(PolicyTest):
    def test_only_the_expected_one_is_replaced(self):
        generation = self.set(Policy().deny("mk_base"))
        block = Policy().block()
        self.assertEqual(policy.try_set(self.control, block, expected=generation - 1)[:2],
                         (errno.ESTALE, generation))
        self.assert_denied(system.ours("mk_base"), "mk_base")
        self.assertEqual(policy.try_set(self.control, block, expected=generation)[:2],
                         (0, generation + 1))
        self.assertEqual(policy.try_set(self.control, block, expected=generation)[0], errno.ESTALE)
        with self.assertRaises(OSError) as refused:
            policy.set_mode(self.control, uapi.MODE_AUDIT, expected=generation)
        self.assertEqual(refused.exception.errno, errno.ESTALE)

    def test_ten_thousand_rules(self):
        rules = Policy()
        for number in range(10000):
            rules.deny(f"module_{number}", id=f"big.rules:{number}")
        rules.deny("mk_base", id="last")
        block, times = rules.block(), []
        for _ in range(10):
            began = time.perf_counter()
            self.assertEqual(policy.try_set(self.control, block)[0], 0)
            times.append(time.perf_counter() - began)
        print(f"# SET of 10,001 rules, {len(block)} bytes: first {times[0] * 1000:.1f} ms, then "
              f"{sorted(times[1:])[len(times) // 2] * 1000:.1f} ms in the middle", flush=True)
        self.assert_denied(system.ours("mk_base"), "mk_base", "last")
        self.assertEqual(policy.ask(self.control, "module-9999").rule_id, "big.rules:9999")
        self.assert_loads(system.ours("mk_slow"), "mk_slow")
        found = policy.state(self.control, size=len(block) + 8 * 10001)
        self.assertEqual((found.block, found.hits[-1], sum(found.hits)), (block, 1, 1))

    def test_who_may_change_it_and_who_may_read_it(self):
        self.set(Policy().deny("mk_base"))
        device = self.control

        def tries(before):
            def work():
                before()
                refused = policy.try_set(device, Policy().block())[0] == errno.EPERM
                try:
                    policy.set_mode(device, uapi.MODE_OFF)
                except PermissionError:
                    reads = policy.state(device).load_mode == uapi.MODE_ENFORCE
                    asks = policy.ask(device, "mk_base").verdict == uapi.VERDICT_DENIED
                    return 0 if refused and reads and asks else 1
                return 2
            return in_child(work)

        def within(flag):
            def work():
                if system.libc.unshare(flag):
                    return 3
                return tries(lambda: None)
            return in_child(work)
        self.assertEqual(tries(lambda: os.setuid(NOBODY)), 0)
        self.assertEqual(within(NEW_PID), 0)
        self.assertEqual(within(NEW_USER), 0)
        system.run("setpriv", "--bounding-set", "-sys_module", "true")
        self.assert_denied(system.ours("mk_base"), "mk_base")

    def test_what_is_not_a_policy_changes_nothing(self):
        generation = self.set(Policy().deny("mk_base"))
        good = Policy().deny("a", "b*", unless=["b1"], conditions=["by-uid=1-5", "path=/x*"]).block()
        for block, more in ((b"", {"size": 8}), (good[:-8], {}), (b"\0" * 4096, {}),
                            (good, {"size": policy.SIZE_MAX + 8}), (good, {"flags": 1}),
                            (good, {"confirm": 86400 * 10**9 + 1}), (good, {"load_mode": 3}),
                            (good, {"request_mode": 9}), (good, {"reserved": (0, 1)})):
            self.assertEqual(policy.try_set(self.control, block, **more)[0], errno.EINVAL, more)
        self.assertEqual(policy.ioctl(self.control, uapi.IOC_POLICY_SET, uapi.POLICY_SET.pack(
            8, 4096, 0, policy.ANY, 0, 0, 0, 0, 0, 0, 0, 0))[0], errno.EFAULT)
        dice, changed = random.Random(7), 0
        for _ in range(3000):
            block = bytearray(good)
            for _ in range(dice.randint(1, 3)):
                block[dice.randrange(len(block))] = dice.randrange(256)
            error, _, fault, offset = policy.try_set(self.control, bytes(block),
                                                     load_mode=uapi.MODE_OFF)
            self.assertIn(error, (0, errno.EINVAL))
            self.assertTrue(fault and offset < len(good) if error else not fault)
            changed += not error
        self.assertEqual(policy.state(self.control).generation, generation + changed)
        print(f"# of 3000 damaged policies, {changed} made sense", flush=True)

    def test_it_is_replaced_while_modules_are_loaded(self):
        """Odd generations deny what even ones let in, and each decision is that of its own."""
        generation = self.set(Policy().deny("mk_base", "mk_types"))
        odd = generation % 2
        over, results = threading.Event(), {0: 0, errno.EACCES: 0}

        def load(name):
            while not over.is_set():
                error = system.load_error(system.ours(name))
                results[error] = results.get(error, 0) + 1
                if not error:
                    system.until(lambda: system.delete_module(name), f"{name} to go")
        reader = self.reader()
        loaders = [threading.Thread(target=load, args=(name,)) for name in ("mk_base", "mk_types")]
        for thread in loaders:
            thread.start()
        swaps, limit = 0, time.monotonic() + 60
        while swaps < 100 or (not all(results.values()) and time.monotonic() < limit):
            self.set(Policy().warn("mk_base", "mk_types", id="open"))
            self.set(Policy().deny("mk_base", "mk_types", id="shut"))
            swaps += 2
        over.set()
        for thread in loaders:
            thread.join()
        records = reader.drain()
        decisions = [record for record in records if record.kind == uapi.POLICY_DECISION]
        for one in decisions:
            denies = one.generation % 2 == odd
            self.assertEqual(one.verdict,
                             uapi.VERDICT_DENIED if denies else uapi.VERDICT_WOULD_DENY)
            self.assertIn(one.rule, ("shut", "test:1") if denies else ("open",))
        print(f"# {swaps} swaps, {results}, {len(decisions)} decisions", flush=True)
        self.assertEqual(set(results), {0, errno.EACCES}, results)
        self.assertTrue(all(results.values()), results)
        told = [record for record in records if record.kind == uapi.LOAD_FAILED]
        self.assertEqual({(one.error, one.stage) for one in told}, {(errno.EACCES, uapi.STAGE_POLICY)})


class Trial(PolicyTest):
    def try_out(self, rules, seconds):
        """The generation, and when it ends."""
        generation = self.set(rules, confirm=int(seconds * 10**9))
        return generation, policy.state(self.control).deadline

    def test_it_ends_by_itself(self):
        self.set(Policy().deny("mk_base", id="before"), load_mode=uapi.MODE_AUDIT)
        policy.set_mode(self.control, uapi.MODE_ENFORCE)
        reader = self.reader()
        generation, deadline = self.try_out(Policy().deny("mk_slow", id="tried"), 10)
        self.assertEqual(system.load_error(system.ours("mk_slow")), errno.EACCES)
        self.assert_loads(system.ours("mk_base"), "mk_base")
        system.until(lambda: policy.state(self.control).generation > generation, "the rollback")
        ended = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self.assertGreaterEqual(ended, deadline)
        now = policy.state(self.control)
        self.assertEqual((now.generation, now.deadline, now.load_mode),
                         (generation + 1, 0, uapi.MODE_ENFORCE))
        self.assert_denied(system.ours("mk_base"), "mk_base", "before")
        self.assert_loads(system.ours("mk_slow"), "mk_slow")
        error, there, rolled_back = policy.try_confirm(self.control, generation)
        self.assertEqual((error, there), (errno.ETIME, generation + 1))
        self.assertTrue(deadline <= rolled_back <= ended, (deadline, rolled_back, ended))
        changes = [(one.change, one.generation) for one in self.told(reader, uapi.POLICY_CHANGE)]
        self.assertEqual(changes, [(uapi.CHANGE_TRIAL, generation),
                                   (uapi.CHANGE_ROLLED_BACK, generation + 1)])

    def test_it_is_kept(self):
        self.set(Policy().deny("mk_base"))
        generation, _ = self.try_out(Policy().deny("mk_slow"), 5)
        self.assertEqual(policy.try_confirm(self.control, generation), (0, generation, 0))
        time.sleep(8)
        self.assert_denied(system.ours("mk_slow"), "mk_slow")
        now = policy.state(self.control)
        self.assertEqual((now.generation, now.deadline), (generation, 0))
        self.assertEqual(policy.try_confirm(self.control, generation)[0], errno.ESTALE)

    def test_it_is_taken_back(self):
        policy.clear(self.control)
        generation, _ = self.try_out(Policy().deny("mk_base"), 3600)
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
        self.assertEqual(policy.try_confirm(self.control, generation, policy.ROLL_BACK),
                         (0, generation + 1, 0))
        self.assertEqual(policy.state(self.control).needed, 0)
        self.assert_loads(system.ours("mk_base"), "mk_base")

    def test_nothing_else_is_changed_meanwhile(self):
        generation, _ = self.try_out(Policy().deny("mk_base"), 3600)
        self.assertEqual(policy.try_set(self.control, Policy().block())[0], errno.EBUSY)
        self.assertEqual(policy.try_set(self.control, b"")[0], errno.EBUSY)
        with self.assertRaises(OSError) as refused:
            policy.set_mode(self.control, uapi.MODE_OFF)
        self.assertEqual(refused.exception.errno, errno.EBUSY)
        self.assertEqual(policy.try_confirm(self.control, generation - 1)[0], errno.ESTALE)
        self.assertEqual(in_child(lambda: (os.setuid(NOBODY), policy.try_confirm(
            self.control, generation)[0])[1]), errno.EPERM)
        self.assertEqual(policy.try_confirm(self.control, generation)[0], 0)


class Temporary(PolicyTest):
    """Temporary permissions."""

    def clear(self):
        for one in policy.permissions(self.control):
            policy.revoke(self.control, one.number)
        super().clear()

    def test_it_lets_in_what_is_denied_for_some_time(self):
        self.set(Policy().otherwise(policy.DENY, id="all"))
        reader = self.reader()
        number = policy.permit(self.control, "mk-b*", seconds=8)
        one, = policy.permissions(self.control)
        self.assertEqual((one.number, one.name, one.gate, one.uses_left),
                         (number, "mk-b*", uapi.GATE_LOAD, 0))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assertEqual(policy.ask(self.control, "mk_base").permission, number)
        self.assertEqual(system.load_error(system.ours("mk_slow")), errno.EACCES)
        decision = next(record for record in reader.drain()
                        if record.kind == uapi.POLICY_DECISION and record.module == "mk_base")
        self.assertEqual((decision.verdict, decision.permission, decision.rule),
                         (uapi.VERDICT_ALLOWED, number, "all"))
        # a clock that somebody sets has no part in it
        now = time.time()
        self.addCleanup(time.clock_settime, time.CLOCK_REALTIME, now + 60)
        time.clock_settime(time.CLOCK_REALTIME, now + 3600)
        self.assertEqual([one.number for one in policy.permissions(self.control)], [number])
        system.until(lambda: not policy.permissions(self.control), "its end")
        self.assertGreaterEqual(time.clock_gettime_ns(time.CLOCK_BOOTTIME), one.until)
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
        ended = []
        system.until(lambda: ended.extend(
            record for record in self.told(reader, uapi.POLICY_CHANGE)
            if record.change == uapi.CHANGE_EXPIRED) or ended, "the record of its end")
        self.assertEqual([(record.permission, record.permission_name) for record in ended],
                         [(number, "mk-b*")])

    def test_a_use_is_for_one_load(self):
        self.set(Policy().deny("mk_base"))
        for _ in range(10):
            policy.permit(self.control, "mk_base", uses=1)
            together, errors = threading.Barrier(4), []

            def load():
                copy = self.file(f"copy{threading.get_ident()}", system.ours("mk_base").read_bytes())
                together.wait()
                error = errno.EEXIST
                while error in (errno.EEXIST, errno.EBUSY):  # the other one is loaded, or coming
                    error = system.load_error(copy)
                    if not error:
                        system.until(lambda: system.delete_module("mk_base"), "mk_base to go")
                errors.append(error)
            loaders = [threading.Thread(target=load) for _ in range(4)]
            for thread in loaders:
                thread.start()
            for thread in loaders:
                thread.join()
            self.assertEqual(sorted(errors), [0] + [errno.EACCES] * 3)
            self.assertEqual(policy.permissions(self.control), [])

    def test_nothing_but_its_end_ends_it(self):
        number = policy.permit(self.control, "mk_base")
        reader = self.reader()
        generation = self.set(Policy().deny("mk_base", "mk_slow"))
        self.assert_loads(system.ours("mk_base"), "mk_base")
        policy.set_mode(self.control, uapi.MODE_AUDIT)
        policy.set_mode(self.control, uapi.MODE_ENFORCE)
        tried = self.set(Policy().deny("*", id="tried"), confirm=3600 * 10**9)
        self.assert_loads(system.ours("mk_base"), "mk_base")
        policy.try_confirm(self.control, tried, policy.ROLL_BACK)
        self.assert_loads(system.ours("mk_base"), "mk_base")
        policy.revoke(self.control, number)
        self.assertEqual(policy.try_temporary(self.control, policy.REVOKE, number)[0], errno.ENOENT)
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
        revoked, = [record for record in self.told(reader, uapi.POLICY_CHANGE)
                    if record.change == uapi.CHANGE_REVOKED]
        self.assertEqual((revoked.permission, revoked.permission_name), (number, "mk_base"))
        self.assertEqual(policy.state(self.control).generation, generation + 4)

    def test_who_may_and_how_many(self):
        device = self.control

        def as_nobody():
            os.setuid(NOBODY)
            refused = [policy.try_temporary(device, policy.ADD, name="a", gate=uapi.GATE_LOAD)[0],
                       policy.try_temporary(device, policy.REVOKE, 1)[0]]
            return 0 if refused == [errno.EPERM] * 2 and len(policy.permissions(device)) == 64 else 1
        for _ in range(64):
            policy.permit(device, "mk_base")
        self.assertEqual(policy.try_temporary(device, policy.ADD, name="a", gate=uapi.GATE_LOAD)[0],
                         errno.ENOSPC)
        self.assertEqual(in_child(as_nobody), 0)

    def test_they_come_and_go_while_modules_are_loaded(self):
        self.set(Policy().deny("mk_base", "mk_types"))
        over, results = threading.Event(), {}

        def load(name):
            while not over.is_set():
                error = system.load_error(system.ours(name))
                results[error] = results.get(error, 0) + 1
                if not error:
                    system.until(lambda: system.delete_module(name), f"{name} to go")
        loaders = [threading.Thread(target=load, args=(name,)) for name in ("mk_base", "mk_types")]
        for thread in loaders:
            thread.start()
        turns, limit = 0, time.monotonic() + 60
        while turns < 200 or (len(results) < 2 and time.monotonic() < limit):
            numbers = [policy.permit(self.control, name, **more) for name in ("mk_b*", "mk_t*")
                       for more in ({}, {"uses": 1})]
            for number in numbers:
                policy.try_temporary(self.control, policy.REVOKE, number)
            turns += 1
        over.set()
        for thread in loaders:
            thread.join()
        print(f"# {turns} turns, {results}", flush=True)
        self.assertEqual(set(results), {0, errno.EACCES})


class Fresh(DriverTest):
    def test_a_fresh_driver_refuses_nothing(self):
        now = policy.state(self.device())
        self.assertEqual((now.generation, now.needed, now.load_mode, now.ceiling, now.gates),
                         (0, 0, uapi.MODE_OFF, uapi.MODE_ENFORCE,
                          1 << uapi.GATE_LOAD | 1 << uapi.GATE_REQUEST))
        self.assertEqual(system.sysfs("modkeeper", "parameters/policy_mode"), "enforce")
        self.assertEqual(system.load_error(system.ours("mk_base")), 0)

    def test_a_policy_goes_with_the_driver(self):
        with Device() as device:
            policy.set_policy(device, Policy().deny("mk_base"))
            self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
        system.unload("modkeeper")
        self.assertEqual(system.load_error(system.ours("mk_base")), 0)
        system.insmod(system.DRIVER)

    def test_the_driver_may_end_during_a_trial(self):
        with Device() as device:
            policy.set_policy(device, Policy().deny("mk_base"), confirm=2 * 10**9)
        system.unload("modkeeper")
        time.sleep(3)
        system.insmod(system.DRIVER)
        self.assertEqual(system.load_error(system.ours("mk_base")), 0)

    def test_another_word_is_refused(self):
        system.unload("modkeeper")
        with system.KernelLog() as log:
            done = system.run("insmod", system.DRIVER, "policy_mode=maybe", check=False)
            lines = log.lines()
        system.insmod(system.DRIVER)
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(any("policy_mode=maybe is refused: it must be off, audit or enforce" in line
                            for line in lines), lines)


class Audit(PolicyTest):
    parameters = ("policy_mode=audit",)

    def test_the_parameter_is_a_ceiling(self):
        self.set(Policy().deny("mk_base"))
        now = policy.state(self.control)
        self.assertEqual((now.load_mode, now.ceiling), (uapi.MODE_ENFORCE, uapi.MODE_AUDIT))
        reader = self.reader()
        self.assert_loads(system.ours("mk_base"), "mk_base")
        decision, = self.told(reader, uapi.POLICY_DECISION)
        self.assertEqual((decision.verdict, decision.mode),
                         (uapi.VERDICT_WOULD_DENY, uapi.MODE_AUDIT))
        policy.set_mode(self.control, uapi.MODE_ENFORCE)
        self.assert_loads(system.ours("mk_base"), "mk_base")
        with self.assertRaises(PermissionError):
            in_sysfs = pathlib.Path("/sys/module/modkeeper/parameters/policy_mode")
            self.assertEqual(in_sysfs.read_text(), "audit\n")
            os.close(os.open(in_sysfs, os.O_WRONLY))


class Off(PolicyTest):
    parameters = ("policy_mode=off",)

    def test_nothing_is_asked(self):
        self.set(Policy().deny("*"))
        reader = self.reader()
        self.assert_loads(system.ours("mk_base"), "mk_base")
        self.assertEqual(self.told(reader, uapi.POLICY_DECISION), [])
        now = policy.state(self.control)
        self.assertEqual((now.ceiling, now.denied, now.would_deny), (uapi.MODE_OFF, 0, 0))
        self.assertEqual(policy.ask(self.control, "mk_base").verdict, uapi.VERDICT_ALLOWED)


class WithoutProbes(PolicyTest):
    parameters = ("trace_probes=0",)

    def test_it_is_denied_and_told_at_once(self):
        self.set(Policy().deny("mk_base", reason="why not").deny("*", conditions=["not from-memory"]))
        decision, failed = self.assert_denied(system.ours("mk_base"), "mk_base")
        self.assertEqual((decision.rule_reason, failed.rule_reason), ("why not", "why not"))
        # whether it comes from memory is not known then
        self.assert_loads(system.ours("mk_slow"), "mk_slow")
