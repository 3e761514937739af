# SPDX-License-Identifier: GPL-2.0-only
"""Every example of the manual pages, typed as it stands there, in the order in which it stands there."""

import doctest
import pathlib
import shutil
import signal
import subprocess
import tempfile

from lib import manual, system
from lib.service import ServiceTest

PAGES = pathlib.Path("/usr/share/man")
OWN_FILES = ("/etc/modprobe.d/modkeeper.conf", "/etc/modules-load.d/modkeeper.conf",
             "/etc/modules-load.d/site.conf", "/etc/modprobe.d/site.conf")

RULE_FILES = pathlib.Path("/etc/modkeeper/policy.d")
NO_RULES = f"modkeeper policy rollback; rm -f {RULE_FILES}/*.rules; modkeeper policy apply; "
RULES = NO_RULES + f"echo 'deny load dccp' >{RULE_FILES}/10-local.rules; "

# What readers are taken to have done before they come to a part of the page.
BEFORE = {
    "info": "modprobe e1000",
    "log": "rmmod e1000 && modprobe e1000 && insmod mydriver.ko && rmmod mydriver",
    "holders": "modprobe -a loop dummy",
    "unload": "modprobe -a dummy wireguard; grep -q ^mydriver /proc/modules || insmod mydriver.ko",
    "reload": "modprobe dummy; grep -q ^mydriver /proc/modules || insmod mydriver.ko",
    "param": "modprobe kvm",
    "drift": "echo nbd >/etc/modules-load.d/site.conf; modprobe -r nbd",
    "policy check": "echo 'deny load dccp' >10-local.rules",
    "policy apply": RULES,
    "policy confirm": RULES,
    "policy rollback": RULES,
    "policy learn": NO_RULES,
    "policy diff": NO_RULES + f"echo 'allow load *' >{RULE_FILES}/50-learned.rules",
    "policy generate": NO_RULES,
    "policy show": RULES + "modkeeper policy apply",
    "policy mode": RULES + "modkeeper policy apply",
    "policy boots": RULES + "modkeeper policy apply",
    "policy compile": RULES,
    "doctor": NO_RULES,
    **dict.fromkeys(("policy deny", "policy allow", "policy import", "policy why", "policy test"), NO_RULES),
    "policy revoke": NO_RULES + "modkeeper policy deny rxrpc --reason x; modkeeper policy deny dccp --reason y",
    "org.modkeeper1.Policy": RULES + "modkeeper policy apply; modkeeper policy deny rxrpc --reason x",
    "history": "! insmod mydriver.ko debug=perhaps",
    "why": "insmod mydriver.ko debug=perhaps; rmmod dummy; ip link add type dummy && modprobe wireguard",
}

# What would be in the way of everything after it. policy_rules_test types it.
LEFT_OUT = {"policy seal"}

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class ManualTest(ServiceTest):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modkeeper-manual-"))
        self.folder.chmod(0o755)
        shutil.copy(system.ours("mydriver"), self.folder)
        self.addCleanup(self.clean)
        self.forget()
        self.status = 0

    def clean(self):
        self.forget()
        shutil.rmtree(self.folder)

    def forget(self):
        for file in OWN_FILES:
            pathlib.Path(file).unlink(missing_ok=True)
        for file in RULE_FILES.glob("*.rules"):
            file.unlink()
        system.run("modkeeper", "policy", "rollback", check=False)
        system.run("modkeeper", "policy", "apply", check=False)
        system.run("modprobe", "-ra", "dummy", "wireguard", "mydriver", "nbd", "loop", "kvm", "e1000",
                   check=False)

    def bash(self, text, as_root=True):
        """$? is that of the command before; what it prints, errors too."""
        words = [] if as_root else ["runuser", "-u", "nobody", "--"]
        return [*words, "bash", "-c", f"(exit {self.status})\n{text}"]

    def type(self, command):
        done = subprocess.run(self.bash(command.text, command.as_root), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=self.folder, timeout=300, check=False)
        self.status = done.returncode
        return done.stdout

    def type_until_interrupted(self, command):
        """Interrupted as soon as it listens."""
        listening = int(system.sysfs("modkeeper", "refcnt"))
        running = subprocess.Popen(self.bash("exec " + command.text), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, cwd=self.folder, text=True)
        try:
            system.until(lambda: int(system.sysfs("modkeeper", "refcnt")) > listening, "it to listen")
            system.until(lambda: system.sleeps_in(running.pid, system.POLL), "it to wait")
            running.send_signal(signal.SIGINT)
            self.status = 0
            self.assertEqual((running.wait(60), command.text), (0, command.text))
        finally:
            running.kill()
            running.stdout.close()

    def run_session(self, block, commands):
        checker = doctest.OutputChecker()
        for command, following in zip(commands, [*commands[1:], None]):
            printed = self.type(command)
            self.assertTrue(checker.check_output(command.printed, printed, OPTIONS),
                            f"{command.text}\nshould print\n{command.printed}\nand printed\n{printed}")
            if following is None or following.text != "echo $?":
                self.assertEqual(self.status, 0, f"{command.text}\n{printed}")

    def run_list(self, commands):
        for command in commands:
            if command.until_interrupted:
                self.type_until_interrupted(command)
                continue
            printed = self.type(command)
            self.assertEqual(self.status, 0, f"{command.text}\n{printed}")

    def run_page(self, name):
        page = (PAGES / f"man{name[-1]}" / name).read_text()
        for block in manual.blocks(page):
            if any("int main(" in line for line in block.lines):
                (self.folder / "records.c").write_text("\n".join(block.lines) + "\n")
        count = 0
        section = ""
        for block, commands in manual.examples(page):
            if block.part in LEFT_OUT:
                continue
            if block.section != section:
                self.forget()
                section = block.section
            # a guest of which nothing is heard for minutes is given up
            print(f"# {name}: {block.lines[0].strip()}", flush=True)
            with self.subTest(page=name, part=block.part or block.section, example=block.lines[0]):
                if block.is_list and block.part in BEFORE:
                    system.run("bash", "-c", BEFORE[block.part], cwd=self.folder)
                self.status = 0
                if block.is_list:
                    self.run_list(commands)
                else:
                    self.run_session(block, commands)
                count += len(commands)
        self.assertGreater(count, 2)

    def test_modkeeper_1(self):
        self.run_page("modkeeper.1")

    def test_modkeeper_4(self):
        self.run_page("modkeeper.4")

    def test_modkeeper_7(self):
        self.run_page("modkeeper.7")

    def test_modkeeper_json_7(self):
        self.run_page("modkeeper-json.7")

    def test_modkeeper_policy_5(self):
        self.run_page("modkeeper-policy.5")

    def test_modkeeperd_8(self):
        self.run_page("modkeeperd.8")

    def test_org_modkeeper1_5(self):
        self.run_page("org.modkeeper1.5")
