# SPDX-License-Identifier: GPL-2.0-only
"""The modkeeper command, as a person runs it."""

import json

from lib import system, vocabulary

# The exit statuses of modkeeper(1).
OK, FAILED, USAGE, NOT_FOUND, DENIED, BUSY, TIMEOUT, NOTHING_TO_DO, NO_DAEMON = range(9)


def modkeeper(*words, status=0, user=None, **options):
    """What it printed; AssertionError when it ends with another exit status; None: any will do."""
    command = ["runuser", "-u", user, "--"] if user else []
    done = system.run(*command, "modkeeper", *words, check=False, **options)
    assert status is None or done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return done


def of_json(*words, **options):
    said = modkeeper(*words, "--json", **options).stdout
    vocabulary.check(words, said)
    return json.loads(said)


def lines_of_json(*words, **options):
    """Of commands that print an object a line."""
    said = modkeeper(*words, "--json", **options).stdout
    vocabulary.check(words, said)
    return [json.loads(line) for line in said.splitlines()]
