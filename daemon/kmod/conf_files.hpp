// SPDX-License-Identifier: GPL-2.0-only
// Which files of a set of *.d folders count, and in which order they are read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

// A file that could not be taken into account, and why.
struct UnreadFile {
    std::string path;
    std::string reason;
};

struct ConfFile {
    std::string path;
    std::string text;
    bool is_public = true; // may every user read it? Folders on the way to it count too.
};

// A file that does not count, as one of the same name in an earlier folder does.
struct HiddenFile {
    std::string path;
    std::string by;
};

struct ConfFiles {
    std::vector<ConfFile> files; // sorted by the name without the folder
    std::vector<HiddenFile> hidden;
    std::vector<UnreadFile> unread;
};

// Of files with the same name only that of the first folder counts: a link to /dev/null hides the
// others. In what else hides them, programs differ.
struct ConfRules {
    std::vector<std::string_view> endings = {".conf"};
    bool folders_hide = true;        // a folder of that name
    bool dangling_links_hide = true; // a link to nothing
    std::string root = {};           // links lead within it
};

// Names that begin with a dot or end otherwise than in one of the endings are passed over.
ConfFiles read_conf_files(const std::vector<std::string> &folders, const ConfRules &rules = {});

} // namespace mk
