// SPDX-License-Identifier: GPL-2.0-only
// Parameters: what is known of each, what is refused before it is written, what came of it.
#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "configuration/configured_machine.hpp"
#include "engine/configuration/parameter_table.hpp"
#include "engine/configuration/parameter_value.hpp"
#include "engine/configuration/parameter_write.hpp"

namespace mk::test {
namespace {

using namespace engine;
namespace fs = std::filesystem;

TEST(SameValue, IsTheSameInOtherWords) {
    EXPECT_TRUE(same_value("bool", "1", "Y"));
    EXPECT_TRUE(same_value("bool", "off", "N"));
    EXPECT_FALSE(same_value("bool", "on", "N"));
    EXPECT_TRUE(same_value("bint", "y", "1"));
    EXPECT_TRUE(same_value("int", "0x10", "16"));
    EXPECT_TRUE(same_value("int", "-010", "-8"));
    EXPECT_TRUE(same_value("int", "-0", "0"));
    EXPECT_FALSE(same_value("int", "-8", "8"));
    EXPECT_TRUE(same_value("ullong", "18446744073709551615", "0xffffffffffffffff"));
    EXPECT_TRUE(same_value("array of int", "1,0x2,3", "1,2,3"));
    EXPECT_FALSE(same_value("array of int", "1,2", "1,2,3"));
    EXPECT_FALSE(same_value("charp", "1", "01"));
    EXPECT_TRUE(same_value("of its own", "x", "x"));
    EXPECT_TRUE(same_value("", "1", "Y"));
    EXPECT_TRUE(same_value("", "0x10", "16"));
    EXPECT_FALSE(same_value("", "1", "N"));
    EXPECT_FALSE(same_value("", "2", "1"));
    EXPECT_FALSE(same_value("", "x", "Y"));
}

class ParameterWrite : public ConfiguredMachine {
  protected:
    static constexpr auto writable = fs::perms::owner_read | fs::perms::owner_write |
                                     fs::perms::group_read | fs::perms::others_read;

    ParameterWrite() { load("dummy", "numdummies", "2"); }

    ParameterTable table(const std::string &name = "dummy") {
        auto found = parameter_table(places_, name);
        EXPECT_TRUE(found) << found.error().message;
        return std::move(found.value());
    }
    static const ParameterRow &row(const ParameterTable &table, const std::string &name) {
        return *std::find_if(table.rows.begin(), table.rows.end(),
                             [&](const auto &one) { return one.name == name; });
    }
    std::vector<std::string> set(const std::string &parameter, const std::string &value) {
        auto known = table();
        auto checked = check_assignment(places_, known, parameter, value);
        if (!checked)
            return lines(checked.error());
        return lines(write_parameter(places_, known, checked.value(), value));
    }
};

TEST_F(ParameterWrite, TheTableHasAllThatIsKnown) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies=3 surprise=1\n");
    auto known = table();
    ASSERT_EQ(known.rows.size(), 5U);
    const auto &count = row(known, "numdummies");
    EXPECT_EQ(count.type, "int");
    EXPECT_EQ(count.description, "how many");
    EXPECT_EQ(count.value, "2");
    EXPECT_EQ(count.configured.at(0).value, "3");
    EXPECT_FALSE(row(known, "text").value);
    EXPECT_FALSE(row(known, "surprise").declared);
}

TEST_F(ParameterWrite, NamesAreWhatTheKernelMakesOfThem) {
    EXPECT_EQ(table("dummy").module, "dummy");
    EXPECT_EQ(parameter_table(places_, "../dummy").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(parameter_table(places_, "dumy").error().code, ErrorCode::NotFound);
}

TEST_F(ParameterWrite, WritesAndReadsBack) {
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), writable);
    // a plain file keeps what stood behind a shorter text
    write("sys/module/dummy/parameters/numdummies", "\n");
    EXPECT_EQ(set("numdummies", "0x7")[0], "set 0x7");
}

TEST_F(ParameterWrite, AValueThatTheModuleChangedIsAnErrorWithBoth) {
    // as a plain file keeps the end of the old text, so does a module that knows better
    write("sys/module/dummy/parameters/numdummies", "1234\n");
    auto told = set("numdummies", "7");
    EXPECT_EQ(told[0], "BadParameter");
    EXPECT_NE(told[1].find("\"7\""), std::string::npos) << told[1];
    EXPECT_NE(told[1].find("\"7234\""), std::string::npos) << told[1];
}

TEST_F(ParameterWrite, RefusedBeforeAnythingIsWritten) {
    const std::vector<std::pair<std::string, std::string>> bad = {{"numdummies", "many"},
                                                                  {"numdummies", "99999999999"},
                                                                  {"numdummies", ""},
                                                                  {"on", "perhaps"},
                                                                  {"list", "1,x"},
                                                                  {"text", "a\"b"},
                                                                  {"text", std::string(3000, 'x')},
                                                                  {"text", "a\nb"},
                                                                  {"none", "1"},
                                                                  {"../../x", "1"},
                                                                  {"..", "1"},
                                                                  {"", "1"},
                                                                  {"a=b", "1"},
                                                                  {"a b", "1"}};
    for (const auto &[name, value] : bad) {
        auto told = set(name, value)[0];
        EXPECT_TRUE(told == "BadParameter" || told == "UnknownParameter" ||
                    told == "InvalidArgument")
            << name << "=" << value << ": " << told;
    }
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "2\n");
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
