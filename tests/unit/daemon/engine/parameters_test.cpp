// SPDX-License-Identifier: GPL-2.0-only
#include "engine/parameters.hpp"

#include <gtest/gtest.h>

#include "engine/parameter_type.hpp"
#include "fixtures/module_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::engine {
namespace {

ModuleFile dummy() {
    ModuleFile file;
    file.name = "dummy";
    file.parameters = {{"numdummies", "int", "how many"},
                       {"debug", "bool", ""},
                       {"ids", "array of ushort", ""},
                       {"label", "charp", ""},
                       {"own", "mytype", ""}};
    return file;
}

TEST(Parameters, AcceptsWhatTheKernelTakes) {
    auto checked =
        check_parameters(dummy(), {"numdummies=-3", "numdummies=0x10", "numdummies=017", "debug",
                                   "debug=on", "debug=N", "ids=1,2,65535", "label=", "label=a b",
                                   "own=whatever", "async_probe", "dyndbg=+p", "num-dummies=1"});
    // '-' and '_' are the same, but "numdummies" has neither.
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::UnknownParameter);
    EXPECT_NE(checked.error().message.find("did you mean numdummies?"), std::string::npos);
    EXPECT_TRUE(
        check_parameters(dummy(), {"numdummies=-3", "numdummies=0x10", "numdummies=017", "debug",
                                   "debug=on", "debug=N", "ids=1,2,65535", "label=", "label=a b",
                                   "own=whatever", "async_probe", "dyndbg=+p"}));
}

TEST(Parameters, UnknownOneNamesThoseThatAreKnown) {
    auto checked = check_parameters(dummy(), {"numdumies=3"});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::UnknownParameter);
    EXPECT_EQ(checked.error().message,
              "module dummy has no parameter \"numdumies\"; did you mean numdummies?; it knows "
              "debug, ids, label, numdummies, own");
}

TEST(Parameters, BadValueTellsTheType) {
    for (auto bad : {"numdummies=abc", "numdummies=", "numdummies=2147483648", "numdummies=1 2",
                     "numdummies", "debug=maybe", "ids=1,x", "ids=70000", "ids=1,,2"}) {
        auto checked = check_parameters(dummy(), {bad});
        ASSERT_FALSE(checked) << bad;
        EXPECT_EQ(checked.error().code, ErrorCode::BadParameter) << bad;
    }
    auto message = check_parameters(dummy(), {"numdummies=abc"}).error().message;
    EXPECT_EQ(message, "parameter numdummies of module dummy cannot be \"abc\": it is int: a whole "
                       "number from -2147483648 to 2147483647");
}

TEST(Parameters, OneWithoutModinfoIsFoundByItsSymbol) {
    test::TemporaryFolder folder;
    auto file = dummy();
    file.path = folder.write("dummy.ko", test::module_file({}, {"__param_str_hidden"}));
    EXPECT_TRUE(check_parameters(file, {"hidden=1"}));
    EXPECT_FALSE(check_parameters(file, {"hidde=1"}));
}

TEST(Parameters, IntegerLimitsAreExact) {
    EXPECT_EQ(value_problem("byte", "255"), "");
    EXPECT_NE(value_problem("byte", "256"), "");
    EXPECT_NE(value_problem("uint", "-1"), "");
    EXPECT_EQ(value_problem("short", "-32768"), "");
    EXPECT_NE(value_problem("short", "-32769"), "");
    EXPECT_EQ(value_problem("ullong", "18446744073709551615"), "");
    EXPECT_NE(value_problem("ullong", "18446744073709551616"), "");
    EXPECT_EQ(value_problem("long", "-9223372036854775808"), "");
    EXPECT_NE(value_problem("int", "0x"), "");
    EXPECT_NE(value_problem("int", "089"), "");
}

TEST(Parameters, SyntaxIsCheckedWithoutAModule) {
    for (auto bad : {"=1", "", "a b=1", "a=\"x\"", "a=b\nc", "--x=1"}) {
        auto checked = check_parameter_syntax({bad});
        ASSERT_FALSE(checked) << bad;
        EXPECT_EQ(checked.error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_FALSE(check_parameter_syntax(std::vector<std::string>(parameters_max + 1, "a=1")));
    EXPECT_FALSE(check_parameter_syntax({"a=" + std::string(parameter_bytes_max, 'x')}));
    EXPECT_FALSE(
        check_parameter_syntax(std::vector<std::string>(9, "a=" + std::string(1000, 'x'))));
    EXPECT_TRUE(check_parameter_syntax({"a=b c", "flag"}));
}

TEST(Parameters, ValuesWithSpacesAreQuotedForTheKernel) {
    EXPECT_EQ(join_parameters({"a=1", "b=x y", "flag"}), "a=1 b=\"x y\" flag");
}

} // namespace
} // namespace mk::engine
