# SPDX-License-Identifier: GPL-2.0-only
"""Lines of modprobe.d as rules: what held for modprobe holds for everybody."""

import pathlib

from lib import system
from lib.command import BUSY, FAILED, modkeeper, of_json
from lib.rules import FOLDER, RulesTest

IMPORTED = FOLDER / "20-imported.rules"
LINES = pathlib.Path("/etc/modprobe.d/zz-test.conf")


class Importing(RulesTest):
    def end(self):
        LINES.unlink(missing_ok=True)
        super().end()
        system.unload("dummy", "mk_user", "mk_base")

    @staticmethod
    def loads(*words):
        return system.run("modprobe", *words, check=False).returncode == 0

    def test_an_install_line_holds_for_everybody(self):
        LINES.write_text("install mk-base /bin/false\ninstall dummy /sbin/modprobe --ignore-install dummy\n")
        self.assertTrue(self.loads("--ignore-install", "mk_base"))
        system.unload("mk_base")
        dry = modkeeper("policy", "import", "--dry-run").stdout
        self.assertIn(f"would write 1 rule into {IMPORTED}\n", dry)
        self.assertFalse(IMPORTED.exists())
        said = modkeeper("policy", "import").stdout
        self.assertIn(f"imported 1 rule into {IMPORTED}; the lines stay as they are\n"
                      f"  deny load mk_base: install line of {LINES}:1\n", said)
        self.assertIn(f"deny load mk_base id=import-mk_base reason \"install line of {LINES}:1\"\n",
                      IMPORTED.read_text())
        self.assertEqual(IMPORTED.stat().st_mode & 0o777, 0o644)
        self.assertFalse(self.loads("--ignore-install", "mk_base"))
        self.assertNotEqual(system.load_error(system.ours("mk_base")), 0)
        self.assertTrue(self.loads("dummy"))
        self.assertTrue(LINES.exists())
        self.assertEqual(of_json("policy", "import")["result"], "unchanged")
        LINES.unlink()
        self.assertIn(f"removed {IMPORTED}", modkeeper("policy", "import").stdout)
        self.assertFalse(IMPORTED.exists())
        self.assertTrue(self.loads("mk_base"))

    def test_a_blacklist_line_only_if_it_is_wanted(self):
        LINES.write_text("blacklist mk_base\n")
        left = [one for one in of_json("policy", "import")["left_lines"] if one["module"] == "mk_base"]
        self.assertEqual([(one["file"], one["line"]) for one in left], [(str(LINES), 1)])
        self.assertTrue(self.loads("mk_base"))
        imported = of_json("policy", "import", "--blacklist")
        self.assertIn(("mk_base", "import-mk_base"),
                      [(one["module"], one["rule"]) for one in imported["imported"]])
        self.assertTrue(any("mk_base is loaded, and stays so" in one for one in imported["sentences"]))
        system.unload("mk_base")
        self.assertFalse(self.loads("mk_base"))

    def test_what_is_loaded_for_another_reason_is_told(self):
        LINES.write_text("install mk_base /bin/false\ninstall unix /bin/false\n")
        (FOLDER / "10-site.rules").write_text("allow load mk_base id=site\n")
        modkeeper("policy", "apply")
        said = modkeeper("policy", "import").stdout
        self.assertIn("mk_base is not denied by it: site decides before", said)

    def test_nothing_of_others_is_overwritten(self):
        LINES.write_text("install mk_base /bin/false\n")
        IMPORTED.write_text("deny load dummy\n")
        modkeeper("policy", "apply")
        self.assertIn(f"{IMPORTED}:1 was not written by an import",
                      modkeeper("policy", "import", status=FAILED).stderr)
        self.assertEqual(IMPORTED.read_text(), "deny load dummy\n")
        modkeeper("policy", "apply", "--rollback", "5m")
        modkeeper("policy", "import", status=BUSY)

    def test_without_the_driver_nothing_is_written(self):
        LINES.write_text("install mk_base /bin/false\n")
        system.unload("modkeeper")
        try:
            self.assertIn("1 rule", modkeeper("policy", "import", "--dry-run").stdout)
            modkeeper("policy", "import", status=None)
            self.assertFalse(IMPORTED.exists())
        finally:
            system.insmod(system.DRIVER)
