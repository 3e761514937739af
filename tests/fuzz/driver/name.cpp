// SPDX-License-Identifier: GPL-2.0-only
// The name in a netlink message.
#include <string>

#include "device.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::string name(reinterpret_cast<const char *>(data), size);
    device();
    modkeeper_module *entries = nullptr;
    unsigned long bytes = 0;
    long count = mk_core_modules(name.c_str(), true, &entries, &bytes);
    MUST(count == 1 || count == -2 || count == -22);
    if (count == 1) {
        MUST(entries->size == bytes);
        mk_core_modules_free(entries);
    }
    return 0;
}
