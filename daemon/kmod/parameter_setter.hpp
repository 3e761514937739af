// SPDX-License-Identifier: GPL-2.0-only
// Who takes the value of a module's parameter: one of the kernel's own functions, which know no
// texts but those of the declared type, or one of the module's, which may take any.
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
        Unknown, // it has one, and its tables do not say
    };
    Whose whose = Whose::Nobodys;
    bool may_lack_value = false; // of the module's own: does it take a name alone?
};

// @parameter in the kernel's spelling. From the table that the kernel goes by (struct kernel_param
// in the section __param), which also has parameters that .modinfo says nothing of.
ParameterSetter parameter_setter(const ElfObject &module, std::string_view parameter);

} // namespace mk
