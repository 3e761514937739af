// SPDX-License-Identifier: GPL-2.0-only
// depmod's index, looked through before libkmod follows it.
#include "kmod/module_index.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    bool whole = mk::is_whole_index(text_of_input(data, size));
    // a whole one has a header at least; an empty one has nothing else
    MUST(!whole || size >= 12);
    return 0;
}
