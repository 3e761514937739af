// SPDX-License-Identifier: GPL-2.0-only
// Choice and order of the files in a set of *.d directories.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/guarded_text.hpp"
#include "kmod/origin.hpp"

namespace mk {

// A file that could not be taken into account, and why.
struct UnreadFile {
    std::string path;
    std::string reason;
};

struct ConfFile {
    std::string path;
    GuardedText text;

    // The origin of a line whose number is not known yet.
    Origin origin() const { return {path, 0, text.is_public()}; }
};

// A file that does not count, because one of the same name in an earlier directory does.
struct HiddenFile {
    std::string path;
    std::string by;
};

struct ConfFiles {
    std::vector<ConfFile> files; // sorted by the name without the folder
    std::vector<HiddenFile> hidden;
    std::vector<UnreadFile> unread;
};

// Of files with the same name, only that of the first directory counts: a link to /dev/null hides
// the others. Programs differ in what else hides them.
struct ConfRules {
    std::vector<std::string_view> endings = {".conf"};
    bool folders_hide = true;        // a folder of that name
    bool dangling_links_hide = true; // a link to nothing
    std::string root = {};           // links lead within it
};

// Names that begin with a dot, or do not end with one of the endings, are skipped.
ConfFiles read_conf_files(const std::vector<std::string> &folders, const ConfRules &rules = {});

} // namespace mk
