# SPDX-License-Identifier: GPL-2.0-only
"""What would vanish with a module is shown, and what is in use is not taken away without a word."""

import os
import pathlib
import pty
import select
import time

from lib import bus, session, system
from lib.command import BUSY, FAILED, NOTHING_TO_DO, modkeeper, of_json
from lib.service import ServiceTest

ADDRESS = "198.51.100.1"
PEER = "198.51.100.77"


def ip(*words):
    system.run("ip", *words)


def typed(words, answer, environment=None):
    """Exit status and what a terminal shows of a command, whose question gets the answer."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe("modkeeper", ["modkeeper", *words], {**os.environ, **(environment or {})})
    shown = b""
    answered = False
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            some = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not some:
            break
        shown += some
        if b"[y/N]" in shown and not answered:
            os.write(terminal, answer.encode() + b"\n")
            answered = True
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode(), answered


class PreviewTest(ServiceTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        self.clean()

    @staticmethod
    def clean():
        for command in (("swapoff", "/dev/zram0"), ("umount", "/mnt/image"), ("losetup", "-D"),
                        ("ip", "link", "del", "mkbr0")):
            system.run(*command, check=False)
        system.unload("dummy", "zram", "bridge", "minix", "mk_user", "mk_base")


class Preview(PreviewTest):
    def losses(self, *words, **options):
        return {(one["kind"], one["name"]): one
                for one in of_json("unload", "--dry-run", *words, **options)["losses"]}

    def uses(self, loss):
        return {one["use"]: one["detail"] for one in loss["in_use_as"]}

    def test_an_interface_that_is_down_goes_without_a_question(self):
        modkeeper("load", "dummy", "numdummies=1")
        loss = self.losses("dummy")["interface", "dummy0"]
        self.assertEqual((loss["module"], loss["importance"], loss["in_use_as"]),
                         ("dummy", "plain", []))
        self.assertIn("would unload dummy\n  network interface dummy0\n",
                      modkeeper("unload", "--dry-run", "dummy").stdout)
        self.assertTrue(system.is_loaded("dummy"))
        done = modkeeper("unload", "dummy")
        self.assertEqual(done.stdout, "unloaded dummy\n")
        self.assertIn("note: gone with it: network interface dummy0\n", done.stderr)

    def test_one_that_is_up_goes_only_with_yes(self):
        modkeeper("load", "dummy", "numdummies=1")
        ip("link", "set", "dummy0", "up")
        for verb in ("unload", "reload"):
            refused = modkeeper(verb, "dummy", status=BUSY)
            self.assertIn(f"nothing was {verb}ed, because what is in use would go away: network "
                          "interface dummy0 (is up)", refused.stderr)
            self.assertIn(f"  next: modkeeper {verb} --yes dummy\n", refused.stderr)
        self.assertTrue(system.is_loaded("dummy"))
        failure = of_json("unload", "dummy", status=BUSY)
        self.assertEqual((failure["error"], failure["cause"], failure["module"]),
                         ("InUse", "takes-away", "dummy"))
        modkeeper("reload", "--yes", "dummy", "numdummies=1")
        ip("link", "set", "dummy0", "up")
        modkeeper("unload", "-y", "dummy")
        self.assertFalse(system.is_loaded("dummy"))

    def test_the_way_in_is_named(self):
        modkeeper("load", "dummy", "numdummies=1")
        ip("address", "add", f"{ADDRESS}/24", "dev", "dummy0")
        ip("link", "set", "dummy0", "up")
        environment = {**os.environ, "SSH_CONNECTION": f"{PEER} 50000 192.0.2.200 22"}
        loss = self.losses("dummy", env=environment)["interface", "dummy0"]
        self.assertEqual(loss["importance"], "way-in")
        self.assertEqual(self.uses(loss), {"up": None, "address": f"{ADDRESS}/24", "ssh": PEER})
        # a helper between, as sudo is, keeps no such variable
        shown = system.run("sh", "-c", "env -i PATH=$PATH modkeeper unload --dry-run dummy; true",
                           env=environment).stdout
        self.assertIn(f"carries this SSH connection, from {PEER}", shown)
        ip("route", "add", "default", "dev", "dummy0", "metric", "4000")
        loss = self.losses("dummy")["interface", "dummy0"]
        self.assertEqual(loss["importance"], "way-in")
        self.assertIn("default-route", self.uses(loss))

    def test_a_port_carries_what_its_bridge_carries(self):
        modkeeper("load", "dummy", "numdummies=1")
        ip("link", "add", "mkbr0", "type", "bridge")
        ip("link", "set", "dummy0", "up", "master", "mkbr0")
        ip("link", "set", "mkbr0", "up")
        ip("address", "add", f"{ADDRESS}/24", "dev", "mkbr0")
        ip("route", "add", "default", "via", "198.51.100.2", "metric", "4000")
        loss = self.losses("dummy")["interface", "dummy0"]
        self.assertEqual(self.uses(loss), {"up": None, "port-of": "mkbr0", "default-route": None})
        bridge = self.losses("bridge")["interface", "mkbr0"]
        self.assertEqual(self.uses(bridge)["has-port"], "dummy0")

    def test_at_a_terminal_it_asks(self):
        modkeeper("load", "dummy", "numdummies=1")
        ip("link", "set", "dummy0", "up")
        status, shown, asked = typed(["unload", "dummy"], "n")
        self.assertTrue(asked)
        self.assertEqual(status, FAILED)
        self.assertIn("Unloading dummy takes away:\r\n", shown)
        self.assertIn("network interface dummy0: is up", shown)
        self.assertIn("nothing was unloaded", shown)
        self.assertNotIn("way into", shown)
        self.assertTrue(system.is_loaded("dummy"))
        ip("address", "add", f"{ADDRESS}/24", "dev", "dummy0")
        status, shown, asked = typed(["unload", "dummy"], "",
                                     {"SSH_CONNECTION": f"{PEER} 50000 {ADDRESS} 22"})
        self.assertIn("You may lose your way into this machine.", shown)
        self.assertEqual(status, FAILED)
        status, shown, asked = typed(["unload", "dummy"], "y")
        self.assertEqual((status, asked), (0, True), shown)
        self.assertFalse(system.is_loaded("dummy"))
        modkeeper("load", "dummy", "numdummies=1")
        self.assertEqual(typed(["unload", "dummy"], "n")[::2], (0, False))

    def test_disks_say_what_is_on_them(self):
        modkeeper("load", "zram", "num_devices=1")
        size = pathlib.Path("/sys/block/zram0/disksize")
        size.write_text("16M", encoding="ascii")
        loss = self.losses("zram")["disk", "/dev/zram0"]
        self.assertEqual(loss["importance"], "plain")
        system.run("mkswap", "/dev/zram0")
        system.run("swapon", "/dev/zram0")
        # the kernel holds it: with --wait, the plan is made nevertheless
        loss = self.losses("--force", "zram")["disk", "/dev/zram0"]
        self.assertEqual((loss["importance"], self.uses(loss)), ("in-use", {"swap": "/dev/zram0"}))
        modkeeper("unload", "zram", status=BUSY)
        system.run("swapoff", "/dev/zram0")
        modkeeper("unload", "zram")

    def test_a_mounted_image_and_its_file_are_named(self):
        image = pathlib.Path("/run/mk-image")
        self.addCleanup(image.unlink, missing_ok=True)
        modkeeper("load", "--needed", "loop")
        with image.open("wb") as file:
            file.truncate(8 << 20)
        system.run("mkfs.minix", image)
        pathlib.Path("/mnt/image").mkdir(exist_ok=True)
        system.run("mount", "-o", "loop", str(image), "/mnt/image")
        loss = [one for one in of_json("unload", "--dry-run", "--force", "loop")["losses"]
                if one["in_use_as"]][0]
        self.assertEqual(loss["importance"], "in-use")
        self.assertEqual(self.uses(loss), {"mounted": "/mnt/image", "backed": str(image)})
        mounted = self.losses("--force", "minix")["file-system", "minix"]
        self.assertEqual(self.uses(mounted), {"mounted": "/mnt/image"})

    def test_what_is_not_loaded_has_no_preview(self):
        modkeeper("unload", "--dry-run", "dummy", status=NOTHING_TO_DO)

    def test_anybody_may_look_and_programs_are_not_asked(self):
        modkeeper("load", "dummy", "numdummies=1")
        ip("link", "set", "dummy0", "up")
        session.add_user("mk-looker")
        self.addCleanup(session.remove_user, "mk-looker")
        self.assertIn("network interface dummy0: is up",
                      modkeeper("unload", "--dry-run", "dummy", user="mk-looker").stdout)
        rows = bus.proxy().PreviewUnload(["dummy"], {}, signature="asa{sv}")
        self.assertEqual([(str(row["module"]), str(row["action"])) for row in rows],
                         [("dummy", "unload")])
        loss = rows[0]["losses"][0]
        self.assertEqual((str(loss["kind"]), str(loss["name"]), str(loss["importance"])),
                         ("interface", "dummy0", "in-use"))
        self.assertEqual(str(loss["in_use_as"][0]["use"]), "up")
        bus.unload("dummy")
        self.assertFalse(system.is_loaded("dummy"))


class Spared(PreviewTest):
    def test_what_somebody_loaded_by_name_stays(self):
        system.modprobe("mk_base")
        modkeeper("load", "mk_user")
        shown = modkeeper("unload", "--dry-run", "-r", "mk_user").stdout
        self.assertIn("would unload mk_user\n", shown)
        self.assertRegex(shown, r"would keep mk_base: root .*loaded it with modprobe at ")
        answer = of_json("unload", "--dry-run", "-r", "mk_user")
        self.assertEqual(answer["modules"], ["mk_user"])
        self.assertEqual([one["module"] for one in answer["kept"]], ["mk_base"])
        rows = bus.proxy().PreviewUnload(["mk_user"], {"with-unused-dependencies": True},
                                         signature="asa{sv}")
        self.assertEqual([(str(row["module"]), str(row["action"])) for row in rows],
                         [("mk_user", "unload"), ("mk_base", "keep")])
        self.assertNotIn("modprobe", str(rows), "who loaded it is not public")
        done = modkeeper("unload", "-r", "mk_user")
        self.assertEqual(done.stdout, "unloaded mk_user\n")
        self.assertRegex(done.stderr, r"note: kept mk_base: root .*loaded it with modprobe at ")
        self.assertTrue(system.is_loaded("mk_base"))
        modkeeper("unload", "mk_base")

    def test_others_are_not_told_who_loaded_it(self):
        system.modprobe("mk_base")
        modkeeper("load", "mk_user")
        session.add_user("mk-looker")
        self.addCleanup(session.remove_user, "mk-looker")
        shown = modkeeper("unload", "--dry-run", "-r", "mk_user", user="mk-looker")
        self.assertNotIn("modprobe", shown.stdout + shown.stderr)
        self.assertIn("you may not read who loaded what", shown.stderr)

    def test_without_a_driver_the_journal_tells(self):
        system.modprobe("mk_base")
        modkeeper("load", "mk_user")
        system.until(lambda: "mk_user" in modkeeper("history", "-b").stdout, "the entry")
        bus.stop()
        system.rmmod("modkeeper")
        self.addCleanup(lambda: system.is_loaded("modkeeper") or system.insmod(system.DRIVER))
        bus.start()
        answer = of_json("unload", "--dry-run", "-r", "mk_user")
        self.assertEqual((answer["modules"], [one["module"] for one in answer["kept"]]),
                         (["mk_user"], ["mk_base"]))
        self.assertEqual(of_json("unload", "-r", "mk_user")["modules"], ["mk_user"])

    def test_what_came_for_it_goes(self):
        system.modprobe("mk_user")
        answer = of_json("unload", "--dry-run", "-r", "mk_user")
        self.assertEqual((answer["modules"], answer["kept"]), (["mk_user", "mk_base"], []))
        self.assertEqual(of_json("unload", "-r", "mk_user")["modules"], ["mk_user", "mk_base"])
