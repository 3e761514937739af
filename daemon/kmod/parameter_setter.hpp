// SPDX-License-Identifier: GPL-2.0-only
// Function that parses the value of a module's parameter: one of the kernel's own, which accept
// only the declared type, or one of the module, which may accept anything.
#pragma once

#include <cstdint>
#include <string_view>

#include "elf/elf_object.hpp"

namespace mk {

struct ParameterSetter {
    enum class Whose : std::uint8_t {
        Nobodys, // the module has no such parameter
        Kernels,
        Modules,
        Unknown, // it has one, but its tables do not tell
    };
    Whose whose = Whose::Nobodys;
    bool may_lack_value = false; // of the module's own: whether it accepts a name alone
};

// @parameter in the kernel's spelling. From the table that the kernel uses (struct kernel_param in
// the section __param), which also has parameters that .modinfo does not mention.
ParameterSetter parameter_setter(const ElfObject &module, std::string_view parameter);

} // namespace mk
