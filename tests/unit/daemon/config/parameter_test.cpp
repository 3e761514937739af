// SPDX-License-Identifier: GPL-2.0-only
// Parameters: what is known of each, what is refused before it is written, what came of it.
#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "config/configured_machine.hpp"
#include "config/parameter_table.hpp"
#include "config/parameter_write.hpp"
#include "config/set_parameter.hpp"
#include "fixtures/module_names.hpp"
#include "kmod/parameter_value.hpp"

namespace mk::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Sameness compared(std::string_view type, std::string_view written, std::string_view shown) {
    return compare_values(type, written, shown);
}

struct Pair {
    const char *type;
    const char *written;
    const char *shown;
};

TEST(CompareValues, TheSameInOtherWords) {
    const Pair same[] = {{"bool", "1", "Y"},
                         {"bool", "off", "N"},
                         {"bool", "Yes", "Y"},
                         {"bint", "y", "1"},
                         {"bint", "1", "1"},
                         {"int", "0x10", "16"},
                         {"int", "-010", "-8"},
                         {"int", "-0", "0"},
                         {"ulong", "512M", "536870912"},
                         {"ulong", "2k", "2048"},
                         {"ullong", "18446744073709551615", "0xffffffffffffffff"},
                         {"array of int", "1,0x2,3", "1,2,3"},
                         {"array of int", "1,2", "1,2,0,0"},
                         {"array of bool", "y,0", "Y,N"},
                         {"of its own", "x", "x"},
                         {"of its own", "turbo", "eco normal [turbo] "},
                         {"charp", "performance", "default [performance] powersave"},
                         {"charp", "[x]", "[x]"},
                         {"", "eco", "[eco] normal"},
                         {"", "1", "Y"},
                         {"", "0x10", "16"},
                         {"", "0x1,2", "1,2"}};
    for (const auto &[type, written, shown] : same)
        EXPECT_EQ(compared(type, written, shown), Sameness::Same) << type << written << shown;
}

TEST(CompareValues, NotTheSame) {
    const Pair different[] = {{"bool", "on", "N"},
                              {"int", "-8", "8"},
                              {"int", "5000", "5120"},
                              {"ulong", "512K", "536870912"},
                              {"ulong", "99999999999999999999M", "1"},
                              {"array of int", "1,2,3", "1,2"},
                              {"array of int", "1,3", "1,2,0"},
                              {"charp", "1", "01"},
                              {"charp", "x", "[x]"},
                              {"of its own", "turbo", "[eco] normal turbo"},
                              {"", "1", "N"},
                              {"", "2", "1"},
                              {"", "x", "y"}};
    for (const auto &[type, written, shown] : different)
        EXPECT_NE(compared(type, written, shown), Sameness::Same) << type << written << shown;
}

TEST(CompareValues, AWordOfTheModulesOwnIsNeitherYesNorNo) {
    EXPECT_EQ(compared("bool", "force", "Y"), Sameness::Unknown);
    EXPECT_EQ(compared("bool", "force", "N"), Sameness::Unknown);
    EXPECT_EQ(compared("bool", "never", "Y"), Sameness::Unknown);
    EXPECT_EQ(compared("uint", "auto", "16"), Sameness::Unknown);
}

class ParameterWrite : public ConfiguredMachine {
  protected:
    static constexpr auto writable = fs::perms::owner_read | fs::perms::owner_write |
                                     fs::perms::group_read | fs::perms::others_read;

    ParameterWrite() { load("dummy", "numdummies", "2"); }

    ParameterTable table(const std::string &name = "dummy") {
        auto found = parameter_table(places_, ModuleName(name), NearNames::LeftOut);
        EXPECT_TRUE(found) << found.error().message;
        return std::move(found.value());
    }
    static const ParameterRow &row(const ParameterTable &table, const std::string &name) {
        return *std::find_if(table.rows.begin(), table.rows.end(),
                             [&](const auto &one) { return one.name == name; });
    }
    std::vector<std::string> set(const std::string &parameter, const std::string &value) {
        auto known = table();
        auto found = find_parameter(places_, known, parameter, value);
        if (!found)
            return lines(found.error());
        return lines(write_parameter(places_, known, found.value(), value));
    }
    std::vector<std::string> persist(const std::string &parameter, const std::string &value) {
        return lines(set_parameter(places_, {"dummy"_module, parameter, value, false, true}));
    }
};

TEST_F(ParameterWrite, TheTableHasAllThatIsKnown) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies=3 surprise=1\n");
    auto known = table();
    ASSERT_EQ(known.rows.size(), 5U);
    const auto &count = row(known, "numdummies");
    EXPECT_EQ(count.type, "int");
    EXPECT_EQ(count.description, "how many");
    EXPECT_EQ(count.live.value, "2");
    EXPECT_EQ(count.configured.at(0).value, "3");
    EXPECT_FALSE(row(known, "text").live.value);
    EXPECT_FALSE(row(known, "surprise").declared);
}

TEST_F(ParameterWrite, NamesAreWhatTheKernelMakesOfThem) {
    EXPECT_EQ(table("dummy").module, "dummy");
    EXPECT_EQ(parameter_table(places_, "../dummy"_module, NearNames::LeftOut).error().code,
              ErrorCode::InvalidArgument);
    EXPECT_EQ(parameter_table(places_, "dumy"_module, NearNames::LeftOut).error().code,
              ErrorCode::NotFound);
}

// Whoever allowed it was shown the name that was given.
TEST_F(ParameterWrite, AnAliasIsNoModuleToSetAParameterOf) {
    write("etc/modprobe.d/x.conf", "alias net-pf-10 dummy\n");
    for (const char *name : {"net-pf-10", "net_pf_10"})
        for (const bool runtime : {true, false}) {
            const auto refused = lines(
                set_parameter(places_, {ModuleName(name), "numdummies", "3", runtime, !runtime}));
            EXPECT_EQ(refused.at(0), "NotFound");
            EXPECT_EQ(refused.at(1), "net_pf_10 is an alias; use the name of the module, dummy");
        }
    EXPECT_EQ(text(own_), "(none)");
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "2\n");
}

TEST_F(ParameterWrite, WritesAndReadsBack) {
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), writable);
    // a plain file keeps what stood behind a shorter text
    write("sys/module/dummy/parameters/numdummies", "\n");
    EXPECT_EQ(set("numdummies", "0x7")[0], "set 0x7");
}

TEST_F(ParameterWrite, WhatTheModuleMadeOfAValueIsTold) {
    // as a plain file keeps the end of the old text, so does a module that rounds
    write("sys/module/dummy/parameters/numdummies", "1234\n");
    auto told = set("numdummies", "7");
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0], "set 7234");
    EXPECT_NE(told[1].find("\"7\""), std::string::npos) << told[1];
    EXPECT_NE(told[1].find("\"7234\""), std::string::npos) << told[1];
}

TEST_F(ParameterWrite, WhatTheKernelTakesIsLeftToTheKernel) {
    write("sys/module/dummy/parameters/on", "\n");
    EXPECT_EQ(set("on", "force"), Lines{"set force"});
}

TEST_F(ParameterWrite, RefusedBeforeAnythingIsWritten) {
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"numdummies", ""}, {"text", "a\"b"}, {"text", std::string(3000, 'x')},
        {"text", "a\nb"},   {"none", "1"},    {"../../x", "1"},
        {"..", "1"},        {"", "1"},        {"a=b", "1"},
        {"a b", "1"}};
    for (const auto &[name, value] : bad) {
        auto told = set(name, value)[0];
        EXPECT_TRUE(told == "BadParameter" || told == "UnknownParameter" ||
                    told == "InvalidArgument")
            << name << "=" << value << ": " << told;
    }
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "2\n");
    for (const auto &[name, value] :
         std::vector<std::pair<std::string, std::string>>{{"numdummies", "many"},
                                                          {"numdummies", "99999999999"},
                                                          {"on", "perhaps"},
                                                          {"list", "1,x"}})
        EXPECT_EQ(persist(name, value)[0], "BadParameter") << name << "=" << value;
    EXPECT_EQ(text(own_), "(none)");
}

TEST_F(ParameterWrite, NotReadableUnreadableAndEmptyAreThreeThings) {
    fs::permissions(
        path(write("sys/module/dummy/parameters/text", "\n").substr(places_.root.size() + 1)),
        fs::perms(0644));
    write("sys/module/dummy/parameters/on", "");
    fs::permissions(path("sys/module/dummy/parameters/on"), fs::perms(0200));
    // what fails while it is read; a folder does
    fs::create_directories(path("sys/module/dummy/parameters/list"));
    auto known = table();
    EXPECT_EQ(row(known, "text").live.value, "");
    EXPECT_FALSE(row(known, "on").live.value);
    EXPECT_EQ(row(known, "on").live.why_no_value(), "it is write-only");
    EXPECT_TRUE(row(known, "on").live.writable());
    EXPECT_FALSE(row(known, "list").live.value);
    EXPECT_TRUE(row(known, "list").live.why_no_value().starts_with("it cannot be read: "))
        << row(known, "list").live.why_no_value();
}

TEST_F(ParameterWrite, WhatCannotBeWrittenNamesWhatDoesIt) {
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), fs::perms::owner_read);
    auto told = set("numdummies", "5");
    EXPECT_EQ(told[0], "DeniedByKernel");
    EXPECT_NE(told[1].find("modkeeper reload dummy numdummies=5"), std::string::npos) << told[1];
    told = set("on", "y");
    EXPECT_NE(told[1].find("not in sysfs"), std::string::npos) << told[1];
    fs::remove_all(path("sys"));
    told = set("numdummies", "5");
    EXPECT_EQ(told[0], "NotLoaded");
}

} // namespace
} // namespace mk::test
