// SPDX-License-Identifier: GPL-2.0-only
// Parser of a module's file, for its name and vermagic, before the kernel accepts or refuses it.
//
// The bytes are whatever the caller of finit_module() gave: the parser believes nothing in them,
// and forms no address outside of them.
#pragma once

#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

struct ModuleFile {
    bool sound = false;        // the section table can be followed, and it holds a module
    bool has_versions = false; // of the symbols it needs
    Text name;                 // .modinfo name=
    Text vermagic;             // .modinfo vermagic=
};

// Whether the kernel whose own modules say @ours accepts a file with this vermagic. If symbols have
// versions, the kernel compares those instead of the release, the first word.
bool is_for_kernel(const ModuleFile &file, Text ours);

// The texts borrow from @bytes. Any context; takes time in proportion to the number of sections and
// to the length of the last .modinfo, each bounded, however often the file names them.
ModuleFile look_into_module(const u8 *bytes, usize length);

} // namespace mk
