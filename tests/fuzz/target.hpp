// SPDX-License-Identifier: GPL-2.0-only
// What every target has: the function that libFuzzer and the replay call.
#pragma once

#include <cstddef>
#include <cstdint>

// Returns 0; whatever is wrong ends the program: sanitizers, the rules of the made-up kernel, or
// __builtin_trap() where an answer is not what it must be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

#define MUST(expression)                                                                           \
    do {                                                                                           \
        if (!(expression))                                                                         \
            __builtin_trap();                                                                      \
    } while (false)
