# SPDX-License-Identifier: GPL-2.0-only
"""What modprobe and systemd are configured with, as before after each test."""

import pathlib

from lib import system
from lib.service import ServiceTest

MODPROBE_D = pathlib.Path("/etc/modprobe.d")
MODULES_LOAD_D = pathlib.Path("/etc/modules-load.d")
OWN = MODPROBE_D / "modkeeper.conf"
OWN_LOAD = MODULES_LOAD_D / "modkeeper.conf"
LOCAL = pathlib.Path("/etc/modkeeper/policy.d/30-local.rules")  # of masks


def value(name, module="mk_params"):
    return system.sysfs(module, f"parameters/{name}")


def forget_masks():
    """Their rules, on disk and in force."""
    system.run("modkeeper", "policy", "rollback", check=False)
    if any(LOCAL.parent.glob("*.rules")):
        for file in LOCAL.parent.glob("*.rules"):
            file.unlink()
        system.run("modkeeper", "policy", "apply")


class ConfiguringTest(ServiceTest):
    def setUp(self):
        self.addCleanup(self.clean)

    def clean(self):
        for file in (OWN, OWN_LOAD, MODPROBE_D / "zz-test.conf", MODULES_LOAD_D / "test.conf"):
            file.unlink(missing_ok=True)
        forget_masks()
        system.unload("mk_params", "mk_user", "mk_base")
