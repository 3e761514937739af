// SPDX-License-Identifier: GPL-2.0-only
// The bytes of a file that is given to finit_module().
#include "core/module_file.hpp"

#include "../target.hpp"

namespace {

// Everything that is told lies inside of the file.
bool inside(mk::Text text, const std::uint8_t *data, std::size_t size) {
    auto *start = reinterpret_cast<const char *>(data);
    return text.empty() || (text.data() >= start && text.data() + text.length() <= start + size);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    mk::ModuleFile file = mk::look_into_module(data, size);
    MUST(inside(file.name, data, size));
    MUST(inside(file.vermagic, data, size));
    MUST(!is_for_kernel(file, mk::Text::from_c("6.1.0 SMP ")) || !file.vermagic.empty());
    return 0;
}
