# SPDX-License-Identifier: GPL-2.0-only
"""The modkeeper command, as a person runs it."""

import json

from lib import system

# The exit statuses of modkeeper(1).
OK, FAILED, USAGE, NOT_FOUND, DENIED, BUSY, TIMEOUT, NOTHING_TO_DO, NO_DAEMON = range(9)


def modkeeper(*words, status=0, user=None, **options):
    """What it printed; AssertionError when it ends with another exit status."""
    command = ["runuser", "-u", user, "--"] if user else []
    done = system.run(*command, "modkeeper", *words, check=False, **options)
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return done


def of_json(*words, **options):
    return json.loads(modkeeper(*words, "--json", **options).stdout)


def lines_of_json(*words, **options):
    """Of commands that print an object a line."""
    return [json.loads(line) for line in
            modkeeper(*words, "--json", **options).stdout.splitlines()]
