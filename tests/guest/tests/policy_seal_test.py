# SPDX-License-Identifier: GPL-2.0-only
"""The seal: once it is there, nothing changes the policy until the machine is rebooted. This one is the last of its
guest: the driver cannot be unloaded by ordinary means afterwards."""

import errno
import unittest

from lib import policy, system, uapi
from lib.device import Device
from lib.driver import stop_daemon
from lib.policy import Policy


class Seal(unittest.TestCase):
    def setUp(self):
        stop_daemon()
        system.unload("modkeeper")
        system.insmod(system.DRIVER)
        self.device = Device()

    def tearDown(self):
        """By force, where the kernel can: other tests load a driver of their own."""
        self.device.__exit__()
        system.run("rmmod", "-f", "modkeeper", check=False)

    def test_nothing_changes_what_is_sealed(self):
        device = self.device
        self.assertEqual(policy.try_seal(device), errno.ENOENT)
        policy.set_policy(device, Policy().deny("mk_base", "mk_slow"))
        number = policy.permit(device, "mk_slow", seconds=10)
        tried = policy.set_policy(device, Policy().deny("mk_base"), confirm=3600 * 10**9)
        self.assertEqual(policy.try_seal(device), errno.EBUSY)
        policy.try_confirm(device, tried, policy.ROLL_BACK)
        self.assertEqual(policy.try_seal(device, flags=1), errno.EINVAL)
        self.assertEqual(policy.state(device).sealed, 0)
        device.seek_new()
        self.assertEqual(policy.try_seal(device), 0)
        self.assertEqual(policy.try_seal(device), 0)
        sealed, = device.drain()
        self.assertEqual((sealed.kind, sealed.change), (uapi.POLICY_CHANGE, uapi.CHANGE_SEALED))
        self.assertEqual(policy.state(device).sealed, 1)
        self.assertEqual(policy.try_set(device, Policy().block())[0], errno.EPERM)
        self.assertEqual(policy.try_set(device, b"")[0], errno.EPERM)
        self.assertEqual(policy.try_confirm(device, tried)[0], errno.EPERM)
        for change in (lambda: policy.set_mode(device, uapi.MODE_OFF),
                       lambda: policy.permit(device, "mk_base"),
                       lambda: policy.revoke(device, number)):
            with self.assertRaises(PermissionError):
                change()
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
        # what was given before goes on, and ends
        self.assertEqual(system.load_error(system.ours("mk_slow")), 0)
        system.unload("mk_slow")
        system.until(lambda: not policy.permissions(device), "its end")
        self.assertEqual(system.load_error(system.ours("mk_slow")), errno.EACCES)
        device.__exit__()
        refused = system.run("rmmod", "modkeeper", check=False)
        self.assertIn("is in use", refused.stderr)
        self.device = Device()
        self.assertEqual(policy.state(self.device).sealed, 1)
        self.assertEqual(system.load_error(system.ours("mk_base")), errno.EACCES)
