// SPDX-License-Identifier: GPL-2.0-only
#include "cli/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>

#include "cli/command.hpp"
#include "cli/json_faults.hpp"

namespace mk::cli::test {
namespace {

// As on a terminal of today; what others show has tests of its own.
class Utf8 : public testing::Environment {
    void SetUp() override { ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }
};
[[maybe_unused]] const auto *const utf8 = testing::AddGlobalTestEnvironment(new Utf8);

} // namespace

Ran run(const std::vector<std::string> &arguments) {
    std::vector<std::string> words = {"modkeeper"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char *> argv;
    for (std::string &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_modkeeper(static_cast<int>(words.size()), argv.data());
    std::string err = testing::internal::GetCapturedStderr();
    std::string out = testing::internal::GetCapturedStdout();
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    if (std::find(arguments.begin(), end, "--json") != end) {
        EXPECT_EQ(json_faults(arguments, out), "") << out;
    }
    return {status, std::move(out), std::move(err)};
}

} // namespace mk::cli::test
