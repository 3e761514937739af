# SPDX-License-Identifier: GPL-2.0-only
"""What the product says of the holders of a module."""

from lib import system
from lib.command import of_json


def held(module, *kinds):
    """What holds it, of these kinds; all of its references must be explained."""
    system.run("udevadm", "settle")  # it opens disks for a moment when they change
    said = of_json("holders", module)
    assert said["references"] == system.proc_modules()[module].references, said
    assert said["explained"] == said["references"], said
    return [one for one in said["held_by"] if not kinds or one["kind"] in kinds]
