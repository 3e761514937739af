# SPDX-License-Identifier: GPL-2.0-only
"""What the commands, the daemon and the journal tell of a load that the policy denied."""

from lib import policy, system
from lib.command import DENIED, lines_of_json, modkeeper, of_json
from lib.device import Device
from lib.policy import Policy
from lib.service import ServiceTest

BASE = system.ours("mk_base")


class Told(ServiceTest):
    def setUp(self):
        self.device = Device()
        self.addCleanup(self.device.__exit__)
        policy.set_policy(self.device, Policy().deny("mk_base", id="10-cve.rules:2",
                                                     reason="Copy Fail, no fix"))
        self.addCleanup(policy.clear, self.device)

    def tearDown(self):
        system.unload("mk_base")

    def test_why_names_the_rule_and_its_reason(self):
        self.assertNotEqual(system.run("insmod", BASE, check=False).returncode, 0)
        found = of_json("why", "mk_base")
        self.assertEqual((found["diagnosis"]["cause"], found["diagnosis"]["stage"]),
                         ("denied-by-policy", "policy"))
        self.assertIn('rule 10-cve.rules:2 of the policy denied it: "Copy Fail, no fix"',
                      "\n".join(found["sentences"]))
        self.assertEqual((found["end"]["rule"], found["end"]["rule_reason"]),
                         ("10-cve.rules:2", "Copy Fail, no fix"))

    def test_a_load_by_the_daemon_says_it_too(self):
        done = modkeeper("load", BASE, status=DENIED)
        self.assertIn('rule 10-cve.rules:2 of the policy denied it: "Copy Fail, no fix"', done.stderr)

    def test_events_and_history(self):
        system.run("insmod", BASE, check=False)
        decision = lines_of_json("events", "--kind", "policy")[-1]
        self.assertEqual((decision["kind"], decision["module"], decision["outcome"], decision["gate"],
                          decision["gate_mode"], decision["rule"]),
                         ("policy-decision", "mk_base", "denied", "load", "enforce", "10-cve.rules:2"))
        shown = modkeeper("events", "--kind", "policy").stdout
        self.assertRegex(shown, r'denied +mk_base .*denied by 10-cve\.rules:2 "Copy Fail, no fix"')
        self.assertRegex(shown, r"policy .*set generation \d+ 1 rule load enforce, request off")

        def entered():
            lines = lines_of_json("history", "mk_base")
            return [line for line in lines if line["boottime_ns"] > decision["boottime_ns"]]
        entry, = system.until(entered, "the entry of the journal")
        self.assertEqual((entry["kind"], entry["stage"], entry["rule"]),
                         ("load-failed", "policy", "10-cve.rules:2"))
        self.assertIn("10-cve.rules:2", modkeeper("history", "mk_base").stdout)
