// SPDX-License-Identifier: GPL-2.0-only
// Differences between versions of libkmod in reading modprobe.d. The installed version counts.
#pragma once

namespace mk {

struct KmodRules {
    bool alias_files = false;          // *.alias is read as *.conf is (until 32)
    bool dangling_links_hide = false;  // a link to nothing hides a file of its name (until 33)
    bool keeps_last_backslash = false; // one at the end of a file becomes a character (until 33)

    // Rules of the library that is opened late; those of the newest one if there is none.
    static KmodRules current();
};

} // namespace mk
