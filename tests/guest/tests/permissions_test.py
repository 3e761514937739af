# SPDX-License-Identifier: GPL-2.0-only
"""Who may do what: root, members of the group, administrators at the machine and away from it, and
everybody else; with polkit and without."""

from lib import bus, session, system
from lib.command import DENIED
from lib.service import ServiceTest


class Permissions(ServiceTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session.add_user("ordinary")
        session.add_user("member", "modkeeper")
        session.add_user("administrator", "sudo")

    @classmethod
    def tearDownClass(cls):
        for name in ("ordinary", "member", "administrator"):
            session.remove_user(name)
        super().tearDownClass()

    def tearDown(self):
        system.unload("mk_base")

    def denied(self, done, action):
        self.assertEqual(done.returncode, DENIED, done.stdout + done.stderr)
        self.assertIn(action, done.stderr)
        self.assertIn("next:", done.stderr)

    def test_everybody_may_look(self):
        for command in (["list"], ["status"], ["plan", "mk_user"], ["info", "mk_base"], ["drift"]):
            done = session.run_as("ordinary", "modkeeper", *command)
            self.assertIn(done.returncode, (0, 7), done.stderr)

    def test_only_root_changes_anything(self):
        for user in ("ordinary", "member", "administrator"):
            with self.subTest(user=user):
                self.denied(session.run_as(user, "modkeeper", "load", "mk_base"),
                            "org.modkeeper1.load")
                self.denied(session.run_as(user, "modkeeper", "unload", "overlay"),
                            "org.modkeeper1.unload")
                self.denied(session.run_as(user, "modkeeper", "enable", "mk_base"),
                            "org.modkeeper1.configure")
        self.assertFalse(system.is_loaded("mk_base"))

    def test_a_user_whom_the_bus_does_not_know_is_told_so(self):
        for command in (["load", "mk_base"], ["jobs"]):
            done = system.run("setpriv", "--reuid", "54321", "--clear-groups", "modkeeper", *command,
                              check=False)
            self.assertEqual(done.returncode, DENIED, done.stderr)
            self.assertIn("no account", done.stderr)

    @staticmethod
    def may_query(run, *who):
        done = run(*who, "busctl", "call", bus.NAME, bus.PATH, "org.modkeeper1.Recorder",
                   "QueryEvents", "tua{sv}", "0", "1", "0")
        assert not done.returncode or "uthoris" in done.stderr, done.stderr
        return not done.returncode

    def test_the_record_is_for_the_group(self):
        self.assertTrue(self.may_query(session.run_as, "member"))
        for user in ("ordinary", "administrator"):
            with self.subTest(user=user):
                self.assertFalse(self.may_query(session.run_as, user))

    def test_the_record_is_for_administrators_at_the_machine(self):
        front = session.terminal_in_front()
        self.assertTrue(self.may_query(session.run_in_session, "administrator", front))
        # the device is closed to them, so the command asks the daemon
        shown = session.run_in_session("administrator", front, "modkeeper", "events", "-n", "3",
                                       "--json")
        self.assertEqual((shown.returncode, len(shown.stdout.splitlines())), (0, 3), shown.stderr)
        self.assertFalse(self.may_query(session.run_in_session, "administrator", front + 1))
        self.assertFalse(self.may_query(session.run_in_session, "ordinary", front))

    def test_being_at_the_machine_is_not_enough_to_load(self):
        done = session.run_in_session("administrator", session.terminal_in_front(), "modkeeper",
                                      "load", "mk_base")
        self.denied(done, "org.modkeeper1.load")
        self.assertFalse(system.is_loaded("mk_base"))


class WithoutPolkit(ServiceTest):
    @classmethod
    def setUpClass(cls):
        system.run("systemctl", "mask", "--runtime", "--now", "polkit")
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        system.run("systemctl", "unmask", "--runtime", "polkit")

    def test_root_may_and_others_may_not(self):
        bus.load("mk_base")
        self.assertTrue(system.is_loaded("mk_base"))
        denied = session.run_as("nobody", "modkeeper", "unload", "mk_base")
        self.assertEqual(denied.returncode, DENIED, denied.stdout + denied.stderr)
        self.assertIn("polkit", denied.stderr)
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(session.run_as("nobody", "modkeeper", "list").returncode, 0)
        bus.unload("mk_base")
