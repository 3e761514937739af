// SPDX-License-Identifier: GPL-2.0-only
// What the driver answers, should it ever be another one than this was built for: the first byte
// chooses which answer it is.
#include <cstring>
#include <vector>

#include "driver_client/holder_decoder.hpp"
#include "driver_client/module_decoder.hpp"
#include "driver_client/record_decoder.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    // as read() leaves them: aligned, with nothing behind their end
    std::vector<std::byte> bytes(size - 1);
    if (size > 1)
        std::memcpy(bytes.data(), data + 1, size - 1);
    std::size_t told = 0;
    if (data[0] % 3 == 0) {
        if (auto events = mk::driver::decode_records(bytes))
            told = events.value().size();
    } else if (data[0] % 3 == 1) {
        if (auto holders = mk::driver::decode_holders(bytes))
            told = holders.value().size();
    } else if (auto modules = mk::driver::decode_modules(bytes)) {
        told = modules.value().size();
    }
    MUST(told <= bytes.size());
    return 0;
}
