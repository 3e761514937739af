// SPDX-License-Identifier: GPL-2.0-only
#include "bus/holders_answer.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk::bus {
namespace {

Result<HolderList> two_holders(const std::string &module) {
    Holder swap;
    swap.kind = HolderKind::Swap;
    swap.what = "/dev/zram0";
    swap.references = 1;
    Holder file;
    file.what = "/secret/path";
    file.pid = 312;
    file.command = "reader";
    file.fd = 0;
    file.user = 1000;
    file.is_public = false;
    file.references = 1;
    return HolderList{ModuleName(module), 3, {swap, file}, {}};
}

const Rows &holders_in(const Result<Answer> &answer) {
    for (const auto &field : answer.value().rows.front())
        if (field.key == "held_by")
            return std::get<Rows>(field.value);
    static const Rows none;
    return none;
}

TEST(HoldersAnswer, TellsProcessesToRootAndToTheirUser) {
    EXPECT_EQ(holders_in(holders_answer("zram"_module, 0, two_holders)).size(), 2U);
    EXPECT_EQ(holders_in(holders_answer("zram"_module, 1000, two_holders)).size(), 2U);
    const auto other = holders_answer("zram"_module, 1001, two_holders);
    ASSERT_EQ(holders_in(other).size(), 1U);
    EXPECT_EQ(encode_answer(other).find("secret"), std::string::npos);
    EXPECT_NE(encode_answer(other).find("root only"), std::string::npos);
}

TEST(HoldersAnswer, LeavesOutWhatDoesNotApply) {
    const auto answer = holders_answer("zram"_module, 0, two_holders);
    const auto &rows = holders_in(answer);
    const Row swap = {{"kind", std::string("swap")},
                      {"references", std::uint32_t{1}},
                      {"what", std::string("/dev/zram0")}};
    EXPECT_EQ(rows[0], swap);
    const Row file = {{"kind", std::string("file")},
                      {"references", std::uint32_t{1}},
                      {"what", std::string("/secret/path")},
                      {"pid", std::uint32_t{312}},
                      {"comm", std::string("reader")},
                      {"uid", std::uint32_t{1000}},
                      {"fd", std::uint32_t{0}}};
    EXPECT_EQ(rows[1], file);
}

TEST(HoldersAnswer, HandsOnWhyThereIsNone) {
    const auto answer =
        holders_answer("zram"_module, 0, [](const std::string &) -> Result<HolderList> {
            return Error{ErrorCode::NotLoaded, "module zram is not loaded"};
        });
    EXPECT_EQ(answer.error().code, ErrorCode::NotLoaded);
}

} // namespace
} // namespace mk::bus
