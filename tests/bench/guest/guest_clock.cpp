// SPDX-License-Identifier: GPL-2.0-only
#include "guest_clock.hpp"

#include <stdexcept>
#include <string>

namespace mk::bench {

void check_instruction_clock() {
    constexpr std::uint64_t turns = 200'000; // of two instructions each
    std::uint64_t best = ~std::uint64_t{0};
    for (int attempt = 0; attempt < 3; attempt++) {
        std::uint64_t left = turns;
        std::uint64_t start = instructions_now();
        asm volatile("1: dec %0\n\tjnz 1b" : "+r"(left) : : "cc");
        std::uint64_t spent = instructions_now() - start;
        best = spent < best ? spent : best;
    }
    // a timer tick may fall into it
    if (best < 2 * turns || best > 2 * turns + turns / 4)
        throw std::runtime_error("the guest's clock counts " + std::to_string(best) + " for " +
                                 std::to_string(2 * turns) +
                                 " instructions; run it with -icount shift=1,sleep=off");
}

} // namespace mk::bench
