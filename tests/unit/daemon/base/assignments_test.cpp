// SPDX-License-Identifier: GPL-2.0-only
// Words split as the kernel splits them: random texts beside its own rules, written down here once
// more. MODKEEPER_RANDOM_ROUNDS: how many texts; MODKEEPER_RANDOM_SEED: where they begin.
#include "base/assignments.hpp"

#include <gtest/gtest.h>

#include "fixtures/random.hpp"

namespace mk::test {
namespace {

using Lines = std::vector<std::string>;

// next_arg() of lib/cmdline.c, with skip_spaces() before it.
bool kernel_is_space(char c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == '\xa0';
}

Lines kernel_arguments(std::string text) {
    Lines result;
    text += '\0';
    char *args = text.data();
    while (true) {
        while (kernel_is_space(*args))
            ++args;
        if (*args == '\0')
            return result;
        unsigned i = 0;
        unsigned equals = 0;
        bool in_quote = false;
        bool quoted = false;
        if (*args == '"') {
            args++;
            in_quote = quoted = true;
        }
        for (i = 0; args[i] != '\0'; i++) {
            if (kernel_is_space(args[i]) && !in_quote)
                break;
            if (equals == 0 && args[i] == '=')
                equals = i;
            if (args[i] == '"')
                in_quote = !in_quote;
        }
        char *value = nullptr;
        char *name = args;
        if (equals != 0) {
            args[equals] = '\0';
            value = args + equals + 1;
            if (*value == '"') {
                value++;
                if (args[i - 1] == '"')
                    args[i - 1] = '\0';
            }
        }
        if (quoted && i > 0 && args[i - 1] == '"')
            args[i - 1] = '\0';
        const bool more = args[i] != '\0';
        args[i] = '\0';
        result.push_back(std::string(name) + (value != nullptr ? "|" + std::string(value) : ""));
        args += i + (more ? 1 : 0);
    }
}

TEST(AsTheKernel, WordsAreSplitAsTheKernelDoes) {
    constexpr unsigned usual = 20000;
    const auto rounds = number_of("MODKEEPER_RANDOM_ROUNDS", usual);
    const auto first = number_of("MODKEEPER_RANDOM_SEED", 1);
    const Lines pieces = {"\"", "\"",   "=",  " ",  "a",  "b c", "\t",
                          ",",  "\xa0", "x=", "\\", "--", "'"};
    for (unsigned round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
        Random random(first + round);
        const auto text = random.of(pieces, random.below(14));
        Lines mine;
        for (const auto &one : split_assignments(text))
            mine.push_back(one.name + (one.has_value ? "|" + one.value : ""));
        EXPECT_EQ(mine, kernel_arguments(text))
            << "MODKEEPER_RANDOM_ROUNDS=1 MODKEEPER_RANDOM_SEED=" << first + round << ": " << text;
    }
}

} // namespace
} // namespace mk::test
