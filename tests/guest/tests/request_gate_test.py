# SPDX-License-Identifier: GPL-2.0-only
"""The gate of requests: what the policy denies starts no helper, whoever asks; the rest goes on as ever."""

import errno
import os
import pathlib
import signal
import socket
import tempfile
import threading
import time

from lib import policy, system, uapi
from lib.device import Device
from lib.driver import DriverTest
from lib.policy import Policy

NOBODY, OTHER = 65534, 1000
RXRPC, ALIAS = 33, "net-pf-33"
NO_FAMILY = 27  # that a module has: its helper finds nothing
REQUESTS = int(os.environ.get("MK_REQUESTS", "100000"))
GATES = 1 << uapi.GATE_LOAD | 1 << uapi.GATE_REQUEST


def ask(family=RXRPC):
    """errno of a socket whose family the kernel has to ask for."""
    try:
        socket.socket(family, socket.SOCK_DGRAM, socket.AF_INET).close()
    except OSError as failed:
        return failed.errno
    return 0


def child(work, uid=NOBODY):
    """Its pid; it ends with what the work returns."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            os.setgid(uid)
            os.setuid(uid)
            code = work()
        finally:
            os._exit(code)
    return pid


def end_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def asked_by(uid=NOBODY):
    return end_of(child(ask, uid))


class GateTest(DriverTest):
    def setUp(self):
        self.control = self.device()
        system.unload("rxrpc")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.started = pathlib.Path(folder.name, "started")
        os.chmod(folder.name, 0o755)
        helper = pathlib.Path(folder.name, "helper")
        helper.write_text(f'#!/bin/sh\necho "$*" >>{self.started}\nexec /sbin/modprobe "$@"\n')
        helper.chmod(0o755)
        in_use = pathlib.Path("/proc/sys/kernel/modprobe")
        self.addCleanup(in_use.write_text, in_use.read_text())
        in_use.write_text(str(helper))
        self.addCleanup(self.clear)

    def tearDown(self):
        system.unload("mk_base", "rxrpc")
        super().tearDown()

    def clear(self):
        for one in policy.permissions(self.control):
            policy.revoke(self.control, one.number)
        policy.clear(self.control)

    def set(self, rules, mode=uapi.MODE_ENFORCE):
        return policy.set_policy(self.control, rules, load_mode=mode, request_mode=mode)

    def helpers(self):
        """What helpers were started for."""
        if not self.started.exists():
            return []
        return [line.split()[-1] for line in self.started.read_text().splitlines()]

    @staticmethod
    def rules(*conditions, **more):
        return Policy().deny("net-pf-*", gate=uapi.GATE_REQUEST, conditions=conditions, **more)


class Verdicts(GateTest):
    def test_it_is_there(self):
        self.assertEqual(policy.state(self.control).gates, GATES)
        self.assertTrue(self.control.info()["features"] & uapi.FEATURE_REQUEST_GATE)

    def test_a_user_is_denied_and_no_helper_is_started(self):
        generation = self.set(self.rules("by-unprivileged", id="10-net.rules:1",
                                         reason="ask an administrator"))
        reader = self.reader()
        with system.KernelLog() as log:
            self.assertEqual(asked_by(), errno.EAFNOSUPPORT)
            lines = [line for line in log.lines() if "denied" in line]
        self.assertEqual(self.helpers(), [])
        self.assertFalse(system.is_loaded("rxrpc"))
        decision, = reader.drain()
        self.assertEqual((decision.kind, decision.verdict, decision.gate, decision.mode),
                         (uapi.POLICY_DECISION, uapi.VERDICT_DENIED, uapi.GATE_REQUEST,
                          uapi.MODE_ENFORCE))
        self.assertEqual((decision.module, decision.alias, decision.rule, decision.rule_reason),
                         ("", ALIAS, "10-net.rules:1", "ask an administrator"))
        self.assertEqual((decision.uid, decision.generation), (NOBODY, generation))
        self.assertEqual(decision.flags & uapi.ANYBODY, uapi.ANYBODY)
        self.assertEqual(decision.user_namespace, os.stat("/proc/self/ns/user").st_ino)
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r"^modkeeper: denied the request for net-pf-33 by \S+\[\d+\] uid "
                         r'65534: 10-net\.rules:1 "ask an administrator"$')
        # others are not disturbed
        self.assertEqual(ask(), 0)
        self.assertEqual(self.helpers(), [ALIAS])
        self.assertEqual(asked_by(), 0)

    def test_a_policy_without_such_a_rule_changes_nothing(self):
        self.set(Policy().deny("mk_base"))
        self.assertEqual(asked_by(), 0)
        self.assertEqual(self.helpers(), [ALIAS])

    def test_by_user_and_by_container(self):
        self.set(self.rules(f"for-uid={OTHER}"))
        self.assertEqual(asked_by(OTHER), errno.EAFNOSUPPORT)
        self.assertEqual(asked_by(), 0)
        system.unload("rxrpc")
        self.set(self.rules("by-container"))
        script = f"import socket; socket.socket({RXRPC}, socket.SOCK_DGRAM, socket.AF_INET)"
        inside = system.run("unshare", "--user", "--map-root-user", "python3", "-c", script,
                            check=False)
        self.assertIn("[Errno 97]", inside.stderr)
        self.assertFalse(system.is_loaded("rxrpc"))
        self.assertEqual(system.run("python3", "-c", script, check=False).returncode, 0)

    def test_audit_and_the_mode_of_each_gate(self):
        self.set(self.rules(), mode=uapi.MODE_AUDIT)
        reader = self.reader()
        self.assertEqual(asked_by(), 0)
        records = reader.drain()
        self.assertEqual([record.kind for record in records[:2]],
                         [uapi.POLICY_DECISION, uapi.REQUEST])
        self.assertEqual(records[0].verdict, uapi.VERDICT_WOULD_DENY)
        system.unload("rxrpc")
        policy.set_mode(self.control, uapi.MODE_ENFORCE, gate=uapi.GATE_REQUEST)
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)
        policy.set_mode(self.control, uapi.MODE_ENFORCE)
        policy.set_mode(self.control, uapi.MODE_OFF, gate=uapi.GATE_REQUEST)
        self.assertEqual(asked_by(), 0)

    def test_a_temporary_permission(self):
        self.set(self.rules())
        number = policy.permit(self.control, ALIAS, gate=uapi.GATE_REQUEST, uses=1)
        reader = self.reader()
        self.assertEqual(asked_by(), 0)
        self.assertEqual(reader.drain()[0].permission, number)
        system.unload("rxrpc")
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)


class ForWhom(GateTest):
    """Rules about loads, and about whom the kernel has them loaded for."""

    def deny(self, *conditions):
        self.set(Policy().deny("rxrpc", conditions=conditions))

    def test_a_load_is_for_whoever_asked(self):
        self.deny("for-unprivileged")
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)
        self.assertEqual(self.helpers(), [ALIAS])
        self.assertFalse(system.is_loaded("rxrpc"))
        self.assertEqual(ask(), 0)

    def test_a_user_and_the_others(self):
        self.deny(f"not for-uid=0-{OTHER}")
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)
        self.assertEqual(asked_by(OTHER), 0)
        system.unload("rxrpc")
        # nobody asked for what somebody loads on their own
        self.deny("for-uid=0")
        self.assertEqual(system.modprobe("rxrpc").returncode, 0)

    def test_an_allowed_user(self):
        self.set(Policy().allow("*", conditions=[f"for-uid={OTHER}"]).otherwise(policy.DENY))
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)
        self.assertEqual(asked_by(OTHER), 0)

    def test_who_dies_does_not_open_it(self):
        self.deny("for-unprivileged")
        for delay in range(20):
            asker = child(ask)
            time.sleep(0.002 * delay)
            os.kill(asker, signal.SIGKILL)
            os.waitpid(asker, 0)
        time.sleep(2)  # for the helpers
        self.assertFalse(system.is_loaded("rxrpc"))


class Load(GateTest):
    def test_a_flood_harms_nobody(self):
        self.set(self.rules("by-unprivileged"))

        def flood():
            return int(any(ask() != errno.EAFNOSUPPORT for _ in range(REQUESTS // 2)))
        reader, before = self.reader(), policy.state(self.control).denied
        with system.KernelLog() as log:
            began = time.monotonic()
            floods = [child(flood) for _ in range(2)]
            loads = 0
            while not os.waitid(os.P_PID, floods[0], os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self.assertEqual(system.load_error(system.ours("mk_base")), 0)
                system.unload("mk_base")
                loads += 1
            self.assertEqual([end_of(pid) for pid in floods], [0, 0])
            took = time.monotonic() - began
            lines = [line for line in log.lines() if "denied" in line]
        self.assertEqual(policy.state(self.control).denied - before, REQUESTS // 2 * 2)
        self.assertEqual(self.helpers(), [])
        records = reader.drain()
        decisions = [record for record in records if record.kind == uapi.POLICY_DECISION]
        live = [record for record in records if record.kind == uapi.LOAD_LIVE]
        self.assertTrue(all(record.flags & uapi.ANYBODY for record in decisions))
        self.assertEqual(len(live), loads)
        self.assertLess(len(lines), 30 + took)
        self.assertLess(len(decisions), 200 + 11 * took)
        self.assertEqual(asked_by(OTHER), errno.EAFNOSUPPORT)
        theirs = [record for record in reader.drain() if record.kind == uapi.POLICY_DECISION]
        self.assertEqual([record.uid for record in theirs], [OTHER])
        print(f"# {REQUESTS} denied requests in {took:.1f} s: {len(lines)} lines, {len(decisions)} "
              f"records, {loads} loads beside them", flush=True)

    def test_the_driver_comes_and_goes_meanwhile(self):
        place = self.control.fd
        os.close(place)
        over = pathlib.Path(tempfile.mkdtemp(), "over")
        os.chmod(over.parent, 0o755)

        def asks():
            found = set()
            while not over.exists():
                found.add(ask(NO_FAMILY))
            return int(found != {errno.EAFNOSUPPORT})
        askers = [child(asks) for _ in range(3)]
        self.addCleanup(over.touch)
        for _ in range(8):
            with Device() as device:
                policy.set_policy(device, self.rules(), request_mode=uapi.MODE_ENFORCE)
                time.sleep(0.3)
            system.unload("modkeeper")
            system.insmod(system.DRIVER)
        over.touch()
        self.assertEqual([end_of(pid) for pid in askers], [0] * 3)
        again = os.open("/dev/modkeeper", os.O_RDONLY | os.O_NONBLOCK)
        if again != place:
            os.dup2(again, place)
            os.close(again)
        self.set(self.rules())
        self.assertEqual(asked_by(), errno.EAFNOSUPPORT)

    def test_many_at_once_and_another_policy(self):
        over = threading.Event()
        results = {}

        def ask_and_count():
            while not over.is_set():
                error = ask()
                results[error] = results.get(error, 0) + 1
                if not error:  # or another one was faster
                    system.run("rmmod", "rxrpc", check=False)
        threads = [threading.Thread(target=ask_and_count) for _ in range(3)]
        for thread in threads:
            thread.start()
        swaps, limit = 0, time.monotonic() + 60
        while swaps < 100 or (len(results) < 2 and time.monotonic() < limit):
            self.set(self.rules())
            self.set(Policy().allow("*", gate=uapi.GATE_REQUEST))
            swaps += 2
        over.set()
        for thread in threads:
            thread.join()
        print(f"# {swaps} swaps, {results}", flush=True)
        self.assertEqual(set(results), {0, errno.EAFNOSUPPORT})


class Ceiling(GateTest):
    parameters = ("policy_mode=audit",)

    def test_the_parameter_is_a_ceiling(self):
        self.set(self.rules())
        self.assertEqual(asked_by(), 0)
        self.assertEqual(policy.state(self.control).would_deny, 1)


class WithoutProbes(GateTest):
    parameters = ("trace_probes=0",)

    def test_rules_of_requests_have_no_effect(self):
        self.set(self.rules())
        self.assertEqual(policy.state(self.control).gates, 1 << uapi.GATE_LOAD)
        self.assertFalse(self.control.info()["features"] & uapi.FEATURE_REQUEST_GATE)
        self.assertEqual(asked_by(), 0)
