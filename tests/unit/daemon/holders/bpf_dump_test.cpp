// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_dump.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(BpfDump, FindsNothingOfAModuleThatIsNotThere) {
    const auto users = bpf_users("no_such_module"_module); // nothing without the right to ask
    EXPECT_TRUE(!users || users->empty());
}

TEST(BpfDump, KnowsWhatADescriptorStandsFor) {
    const auto is = [](BpfUser::Kind kind, std::string_view descriptor) {
        return is_described({kind, 3, {}, true, {}}, descriptor);
    };
    constexpr std::string_view link = "pos:\t0\nlink_id:\t3\nprog_id:\t3\n";
    using Kind = BpfUser::Kind;
    EXPECT_TRUE(is(Kind::Link, link));
    EXPECT_FALSE(is(Kind::Program, link)); // it only has it
    EXPECT_TRUE(is(Kind::Program, "pos:\t0\nprog_id:\t3\n"));
    EXPECT_FALSE(is(Kind::Program, "pos:\t0\nprog_id:\t33\n"));
    EXPECT_TRUE(is(Kind::Map, "map_id:\t3\n"));
    EXPECT_FALSE(is(Kind::Map, "prog_id:\t3\n"));
}

} // namespace
} // namespace mk
