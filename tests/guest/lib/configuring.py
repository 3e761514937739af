# SPDX-License-Identifier: GPL-2.0-only
"""What modprobe and systemd are configured with, as before after each test."""

import pathlib

from lib import system
from lib.service import ServiceTest

MODPROBE_D = pathlib.Path("/etc/modprobe.d")
MODULES_LOAD_D = pathlib.Path("/etc/modules-load.d")
OWN = MODPROBE_D / "modkeeper.conf"
OWN_LOAD = MODULES_LOAD_D / "modkeeper.conf"


def value(name, module="mk_params"):
    return system.sysfs(module, f"parameters/{name}")


class ConfiguringTest(ServiceTest):
    def setUp(self):
        self.addCleanup(self.clean)

    def clean(self):
        for file in (OWN, OWN_LOAD, MODPROBE_D / "zz-test.conf", MODULES_LOAD_D / "test.conf"):
            file.unlink(missing_ok=True)
        system.unload("mk_params", "mk_user", "mk_base")
