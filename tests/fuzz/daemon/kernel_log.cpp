// SPDX-License-Identifier: GPL-2.0-only
// What /dev/kmsg says.
#include "input.hpp"
#include "system/kernel_messages.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    for (const auto &message : mk::parse_kernel_messages(text_of_input(data, size)))
        MUST(message.level <= 7 && message.text.find('\n') == std::string::npos);
    return 0;
}
