// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/parameters.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include "fixtures/elf_writer.hpp"
#include "fixtures/kernel_files.hpp"
#include "fixtures/module_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "kmod/parameter_type.hpp"

namespace mk {
namespace {

ModuleFile dummy() {
    ModuleFile file;
    file.name = "dummy"_module;
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
    EXPECT_EQ(message, "parameter numdummies of module dummy cannot be set to \"abc\": its type is "
                       "int: an integer from -2147483648 to 2147483647");
}

TEST(Parameters, OneWithoutModinfoIsFoundByItsSymbol) {
    test::TemporaryFolder folder;
    auto file = dummy();
    file.path = folder.write("dummy.ko", test::module_file({}, {"__param_str_hidden"}));
    EXPECT_TRUE(check_parameters(file, {"hidden=1"}));
    EXPECT_FALSE(check_parameters(file, {"hidde=1"}));
}

TEST(Parameters, APackedFileIsLookedIntoToo) {
    test::TemporaryFolder folder;
    auto file = dummy();
    file.path = folder.write("dummy.ko.gz",
                             test::packed_with_gzip(test::module_file({}, {"__param_str_hidden"})));
    EXPECT_TRUE(check_parameters(file, {"hidden=1"}));
    EXPECT_FALSE(check_parameters(file, {"hidde=1"}));
}

// "plain" is set by the kernel's function for bool, "wordy" and "switch" by functions of the
// module; of these "switch" may stand alone. "secret" is not declared and the module's.
std::string with_table() {
    struct Entry {
        const char *name;
        std::uint32_t symbol; // 1: the kernel's, 2 and 3: the module's
    };
    const std::vector<Entry> entries = {{"plain", 1}, {"wordy", 2}, {"switch", 3}, {"secret", 2}};
    std::string info, ops, table, relocations, strings(1, '\0'), symbols;
    for (const char *line :
         {"name=dummy", "parmtype=plain:bool", "parmtype=wordy:bool", "parmtype=switch:bool"})
        test::add_text(info, line);
    for (const std::uint32_t flags : {0, 1}) { // KERNEL_PARAM_OPS_FL_NOARG
        test::append(ops, flags);
        ops.append(28, '\0');
    }
    const auto symbol = [&](const std::string &name, unsigned section, std::uint64_t value) {
        Elf64_Sym entry{};
        entry.st_name = test::add_text(strings, name);
        entry.st_shndx = static_cast<std::uint16_t>(section);
        entry.st_value = value;
        test::append(symbols, entry);
    };
    symbol("", 0, 0);
    symbol("param_ops_bool", 0, 0);
    symbol("wordy_ops", 2, 0);
    symbol("", 2, 0); // of the section, with an addend
    for (const auto &[name, target] : entries) {
        symbol(std::string("__param_") + name, 3, table.size());
        Elf64_Rela entry{};
        entry.r_offset = table.size() + 16;
        entry.r_info = ELF64_R_INFO(static_cast<std::uint64_t>(target), R_X86_64_64);
        entry.r_addend = target == 3 ? 32 : 0;
        test::append(relocations, entry);
        table.append(40, '\0');
    }
    return test::elf_file({{".modinfo", SHT_PROGBITS, info},
                           {".rodata", SHT_PROGBITS, ops},
                           {"__param", SHT_PROGBITS, table},
                           {".rela__param", SHT_RELA, relocations},
                           {".symtab", SHT_SYMTAB, symbols, 6, sizeof(Elf64_Sym)},
                           {".strtab", SHT_STRTAB, strings}});
}

TEST(Parameters, WhatTheModuleTakesItselfIsADoubtAndNoRefusal) {
    test::TemporaryFolder folder;
    ModuleFile file;
    file.name = "dummy"_module;
    file.parameters = {{"plain", "bool", ""}, {"wordy", "bool", ""}, {"switch", "bool", ""}};
    file.path = folder.write("dummy.ko", with_table());
    EXPECT_TRUE(check_parameters(file, {"wordy=auto", "secret=512M", "plain", "plain=y"}));
    const auto problems = parameter_problems(file, {"wordy=auto", "plain=auto"});
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].severity, Severity::Warning);
    EXPECT_EQ(problems[0].error.message.find("cannot be"), std::string::npos)
        << problems[0].error.message;
    EXPECT_EQ(problems[1].severity, Severity::Fails);
    EXPECT_FALSE(check_parameters(file, {"nothing=1"}));
}

// The kernel refuses a name alone unless the function says that it takes that.
TEST(Parameters, WhoMayLackAValueIsInTheTable) {
    test::TemporaryFolder folder;
    ModuleFile file;
    file.name = "dummy"_module;
    file.parameters = {{"wordy", "bool", ""}, {"switch", "bool", ""}};
    file.path = folder.write("dummy.ko", with_table());
    EXPECT_TRUE(check_parameters(file, {"switch"}));
    for (const char *alone : {"wordy", "secret"}) {
        const auto checked = check_parameters(file, {alone});
        ASSERT_FALSE(checked) << alone;
        EXPECT_EQ(checked.error().code, ErrorCode::BadParameter);
        EXPECT_NE(checked.error().message.find(alone), std::string::npos);
    }
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
    for (auto bad : {"=1", "", "a b=1", "a=\"x\"", "a=b\nc", "--x=1", "-x", "-=1"}) {
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
} // namespace mk
