# SPDX-License-Identifier: GPL-2.0-only
"""Holders that stay until the next boot."""

import os
import socket

from lib import system
from lib.holders import held
from lib.service import ServiceTest

SCTP = 132


class HoldersForGood(ServiceTest):
    def test_of_a_protocol_that_holds_itself(self):
        """SCTP has a socket of its own for control, and so cannot be unloaded."""
        system.modprobe("sctp")
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP):
            self.assertEqual([one["pid"] for one in held("sctp", "socket")], [os.getpid(), None])
