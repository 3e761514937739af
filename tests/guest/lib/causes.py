# SPDX-License-Identifier: GPL-2.0-only
"""What is said of a failure in two ways: asked directly, as modkeeper load does, and afterwards about
somebody else's call, as modkeeper why does. The table of both is printed."""

import contextlib
import json
import os
import pathlib
import sys
import tempfile

from lib import policy, system, vocabulary
from lib.device import Device
from lib.service import ServiceTest

CONFIGURATION = pathlib.Path("/etc/modprobe.d/zz-causes.conf")
MODPROBE_ONLY = "-"  # never reaches the kernel, or the tool refuses by itself


def said_by(*words):
    """The JSON that the command ends with, however it ends."""
    done = system.run("modkeeper", *words, "--json", check=False)
    vocabulary.check(words, done.stdout)
    decoder, rest, last = json.JSONDecoder(), done.stdout.strip(), {}
    while rest:
        last, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
    return last


class CausesTest(ServiceTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.rows = []

    def tearDown(self):
        CONFIGURATION.unlink(missing_ok=True)
        system.unload("mk_veto", "mk_user", "mk_base", "mk_slow", "mk_fail", "dummy")

    def file(self, name, data):
        path = self.folder / f"{name}.ko"
        path.write_bytes(data)
        return path

    def directly(self, target, *parameters):
        answer = said_by("load", target, *parameters)
        return answer.get("cause") or answer.get("result"), answer.get("message")

    def afterwards(self, path, args=b"", as_uid=0):
        """What why says of a system call that was not ours."""
        pid = os.fork()
        if pid == 0:
            if as_uid:
                os.setuid(as_uid)
            os._exit(min(system.load_error(path, args), 255))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.assertNotEqual(status, 0, path)
        return self.told("--pid", str(pid))

    def told(self, *words):
        why = said_by("why", *words)
        diagnosis = why.get("diagnosis") or next(iter(why.get("obstacles") or []), None) or why
        return diagnosis.get("cause"), "\n".join(why.get("sentences", [why.get("message", "")]))

    def unloaded(self, name):
        answer = said_by("unload", name)
        return answer.get("cause") or answer.get("result"), answer.get("message")

    def expect(self, cause, directly=None, afterwards=None):
        self.rows.append((cause, directly, afterwards))

    def both(self, cause, path, parameters=(), afterwards=True):
        self.expect(cause, self.directly(str(path), *parameters),
                    self.afterwards(path, " ".join(parameters).encode()) if afterwards else None)

    @contextlib.contextmanager
    def loaded(self, *paths):
        for path in paths:
            system.insmod(*path) if isinstance(path, tuple) else system.insmod(path)
        try:
            yield
        finally:
            system.unload(*[(path[0] if isinstance(path, tuple) else path).stem
                            for path in reversed(paths)])

    @contextlib.contextmanager
    def denied(self, *names, **more):
        with Device() as device:
            policy.set_policy(device, policy.Policy().deny(*names, **more))
            try:
                yield
            finally:
                policy.clear(device)

    def judge(self):
        wrong = []
        for cause, *ways in self.rows:
            shown = [way[0] if way else MODPROBE_ONLY for way in ways]
            print(f"cause {cause:<20} asked: {shown[0]:<20} afterwards: {shown[1]}",
                  file=sys.stderr)
            for way in ways:
                if way:
                    print(f"      {way[1]}".replace("\n", "\n      "), file=sys.stderr)
                if way and way[0] != cause:
                    wrong.append((cause, *way))
        self.assertEqual(wrong, [])
