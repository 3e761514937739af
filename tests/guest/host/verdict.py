# SPDX-License-Identifier: GPL-2.0-only
"""What a log must not contain."""

import re

BAD = re.compile(r"BUG|WARNING|Oops|KASAN|leak|refcount|Call Trace|general protection")

# Lines that the stock kernels write in a good boot.
HARMLESS = re.compile(r"Spectre|RETBleed|MDS|TAA|MMIO Stale Data|page_owner|"
                      r"kmemleak: .*(disabled|detector initialized)|Command line:")


def suspicious(log):
    """Lines of the kernel's log that tell of a fault."""
    return [line for line in log.splitlines() if BAD.search(line) and not HARMLESS.search(line)]


def sanitizer_reports(journal):
    """Lines of the journal in which ASan or UBSan tell of a fault of the daemon."""
    return [line for line in journal.splitlines()
            if re.search(r"\w+Sanitizer(:| has encountered)|: runtime error: ", line)]
