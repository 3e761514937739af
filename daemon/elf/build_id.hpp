// SPDX-License-Identifier: GPL-2.0-only
// Identity of a module's build: the linker's build ID if there is one, otherwise the srcversion
// that the kernel build writes.
#pragma once

#include <string>
#include <string_view>

#include "base/module_name.hpp"

namespace mk {

struct BuildId {
    std::string build_id; // hex, "" if there is none or it cannot be read
    std::string srcversion;

    // "build id 1f2e..." or "srcversion ABC"; "unknown".
    std::string text() const;
};

// Whether they are certainly of two builds, or certainly of one. A field that only one of them has
// says nothing.
bool of_two_builds(const BuildId &one, const BuildId &other);
bool of_one_build(const BuildId &one, const BuildId &other);

// From the bytes of a .note.gnu.build-id section; "".
std::string build_id_in(std::string_view notes);

BuildId identity_of_loaded(const std::string &root, const ModuleName &module);
// @bytes: a whole module file, unpacked.
BuildId identity_of_file(std::string bytes);

} // namespace mk
