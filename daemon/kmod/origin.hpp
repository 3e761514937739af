// SPDX-License-Identifier: GPL-2.0-only
// Origin of a piece of configuration: its file and line, so that it can always be explained, and
// whether every user may read it there.
#pragma once

#include <string>
#include <utility>

#include "base/guarded_text.hpp"

namespace mk {

struct Origin {
    std::string file;  // "": the kernel's command line
    unsigned line = 0; // the first, from 1
    // Whether every user may read the file. Directories on its path count too.
    bool is_public = true;

    bool on_command_line() const { return file.empty(); }
    // "/etc/modprobe.d/x.conf:3" or "the kernel command line"
    std::string text() const {
        return file.empty() ? "the kernel command line" : file + ":" + std::to_string(line);
    }
    // A text from there, for those who may read it there.
    GuardedText guard(std::string text) const { return {std::move(text), is_public}; }
};

} // namespace mk
