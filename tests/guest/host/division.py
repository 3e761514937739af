# SPDX-License-Identifier: GPL-2.0-only
"""Which of several guests runs which tests, so that all of them end at about the same time."""

import json
import re

# Of a topic that was never timed here: seconds a test.
USUAL = 3.0


class Times:
    """How long each topic took, of the last run on this machine that knew."""

    def __init__(self, file):
        self.file = file
        try:
            self.seconds = {str(topic): float(took) for topic, took in json.loads(file.read_text()).items()}
        except (OSError, ValueError, AttributeError, TypeError):
            self.seconds = {}

    def of(self, topic, path):
        tests = len(re.findall(r"^    def test_", path.read_text(), re.M))
        return self.seconds.get(topic, USUAL * tests)

    def keep(self, measured):
        self.seconds.update(measured)
        whole = self.file.with_suffix(".new")
        whole.write_text(json.dumps(self.seconds, indent=1, sort_keys=True) + "\n")
        whole.replace(self.file)


def divide(weights, before):
    """Topics of each part, of {topic: seconds}: the longest first, each to whom has least to do.
    @before: the seconds that each part has to do besides."""
    found = [(seconds, number, []) for number, seconds in enumerate(before)]
    for topic in sorted(weights, key=lambda topic: (-weights[topic], topic)):
        load, number, topics = min(found, key=lambda part: part[:2])
        found[number] = (load + weights[topic], number, [*topics, topic])
    return [sorted(topics) for _, _, topics in found]
