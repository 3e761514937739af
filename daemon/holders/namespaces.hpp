// SPDX-License-Identifier: GPL-2.0-only
// Namespaces of one kind, each with a process that is in it or a file that keeps it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

namespace mk {

struct Namespace {
    std::uint64_t inode = 0;
    std::uint32_t pid = 0;
    bool is_own = false; // that of the caller
    std::string name;    // below /run/netns, of one that no process may be in
    std::string path;    // of a file that keeps another one in which no process is
};

struct Namespaces {
    std::vector<Namespace> all; // that of the caller first
    bool cut = false;           // there are more
};

// @kind: "mnt" or "net". Namespaces of processes that the caller may not look into are missing.
Namespaces namespaces_in(const std::string &root, const std::string &kind);

// Its file, so that it can be entered. None: the caller may not open it, the process or the file is
// of another namespace by now, or the way there may lead through a file system that does not
// answer.
Descriptor open_namespace(const Namespace &space, const std::string &kind);

} // namespace mk
