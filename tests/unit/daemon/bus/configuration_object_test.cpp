// SPDX-License-Identifier: GPL-2.0-only
// org.modkeeper1.Configuration as a caller sees it: what it answers, what it refuses, whom it asks.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "base/text_file.hpp"
#include "fixtures/bus_fixture.hpp"
#include "fixtures/fake_polkit.hpp"
#include "fixtures/module_file.hpp"

namespace mk::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class ConfigurationObject : public BusFixture {
  protected:
    ConfigurationObject() : polkit_(private_bus_, loop_.get()) {
        sys_.write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        sys_.write("lib/modules/6.1.0-test/kernel/dummy.ko",
                   module_file({"license=GPL", "parmtype=numdummies:int",
                                "parm=numdummies:how many", "parmtype=secret:charp"}));
        sys_.write("lib/modules/6.1.0-test/modules.order", "");
        sys_.write("lib/modules/6.1.0-test/modules.builtin", "");
        auto command = fmt::format("PATH=/usr/sbin:/sbin:$PATH depmod -b {} 6.1.0-test 2>/dev/null",
                                   sys_.path());
        EXPECT_EQ(std::system(command.c_str()), 0) << "is the package kmod installed?";
        sys_.write("etc/modprobe.d/README", "");
        sys_.write("etc/modules-load.d/README", "");
        sys_.write("sys/module/dummy/initstate", "live\n");
        sys_.write("sys/module/dummy/parameters/numdummies", "2\n");
        sys_.write("sys/module/dummy/parameters/secret", "password\n");
        fs::permissions(sys_ / "sys/module/dummy/parameters/numdummies", fs::perms(0644));
        fs::permissions(sys_ / "sys/module/dummy/parameters/secret", fs::perms(0600));
    }

    Reply ask(const char *method, const std::function<void(sd_bus_message *)> &fill) {
        return call(method, fill, bus::configuration_interface);
    }
    Reply set(const std::string &name, const std::string &value, bool runtime = true,
              bool persistent = false) {
        return ask("SetParameter", [&](auto *m) {
            sd_bus_message_append(m, "sssa{sv}", "dummy", name.c_str(), value.c_str(), 2, "runtime",
                                  "b", int{runtime}, "persistent", "b", int{persistent});
        });
    }
    Reply choose(const char *method, const char *name) {
        return ask(method, [&](auto *m) { sd_bus_message_append(m, "asa{sv}", 1, name, 0); });
    }
    using Texts = std::map<std::string, std::string>;
    // A row's keys with what they have, as text; rows in a row in brackets.
    static Texts row_in(sd_bus_message *m) {
        Texts row;
        while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
            const char *key = nullptr;
            const char *type = nullptr;
            sd_bus_message_read(m, "s", &key);
            sd_bus_message_peek_type(m, nullptr, &type);
            sd_bus_message_enter_container(m, 'v', type);
            const char *text = nullptr;
            std::uint32_t number = 0;
            int on = 0;
            if (*type == 's' && sd_bus_message_read(m, "s", &text) > 0)
                row[key] = text;
            else if (*type == 'u' && sd_bus_message_read(m, "u", &number) > 0)
                row[key] = std::to_string(number);
            else if (*type == 'b' && sd_bus_message_read(m, "b", &on) > 0)
                row[key] = on != 0 ? "yes" : "no";
            else
                for (const auto &one : rows_in(m))
                    row[key] += "[" + (one.contains("value") ? one.at("value") : "-") + "]";
            sd_bus_message_exit_container(m);
            sd_bus_message_exit_container(m);
        }
        return row;
    }
    static std::vector<Texts> rows_in(sd_bus_message *m) {
        std::vector<Texts> rows;
        sd_bus_message_enter_container(m, 'a', "a{sv}");
        while (sd_bus_message_enter_container(m, 'a', "{sv}") > 0) {
            rows.push_back(row_in(m));
            sd_bus_message_exit_container(m);
        }
        sd_bus_message_exit_container(m);
        return rows;
    }
    // @keys of each row with a blank between them, "-" for one that is not there
    static Lines texts_of(const std::vector<Texts> &rows, const Lines &keys) {
        Lines lines;
        for (const auto &row : rows) {
            std::string line;
            for (const auto &key : keys)
                line += (line.empty() ? "" : " ") + (row.contains(key) ? row.at(key) : "-");
            lines.push_back(line);
        }
        return lines;
    }
    // "action" and what it was about each, or the error's name
    static Lines changes(const Reply &reply) {
        if (auto error = error_of(reply); !error.empty())
            return {error};
        auto rows = rows_in(reply.get());
        for (auto &row : rows)
            for (const char *key : {"text", "where", "message"})
                if (const auto told = row.find(key); told != row.end())
                    row["about"] = told->second;
        return texts_of(rows, {"action", "about"});
    }
    std::string text(const char *file) const { return read_text(sys_ / file).value_or("(none)"); }

    FakePolkit polkit_;
};

TEST_F(ConfigurationObject, ShowsParametersButNoSecrets) {
    sys_.write("etc/modprobe.d/a.conf", "options dummy numdummies=3\n");
    auto hidden = sys_.write("etc/modprobe.d/b.conf", "options dummy secret=hunter2\n");
    fs::permissions(hidden, fs::perms(0600));
    auto reply = ask("GetParameters", [](auto *m) { sd_bus_message_append(m, "s", "dummy"); });
    EXPECT_EQ(error_of(reply), "") << text_of(reply);
    EXPECT_EQ(texts_of(rows_in(reply.get()),
                       {"name", "type", "description", "mode", "writable", "value", "options"}),
              (Lines{"numdummies int how many 0644 yes 2 [3]", "secret charp - 0600 yes - [-]"}));
    EXPECT_TRUE(polkit_.asked.empty()) << "looking is open to everybody";
}

// A password with a blank and without quotes: what stands behind the blank looks like a parameter.
TEST_F(ConfigurationObject, NamesThatOnlyHiddenLinesHaveAreLeftOut) {
    sys_.write("etc/modprobe.d/a.conf", "options dummy typo=1 numdummies=3\n");
    auto hidden =
        sys_.write("etc/modprobe.d/b.conf", "options dummy secret=my hunter2 hunter3=x typo=4\n");
    fs::permissions(hidden, fs::perms(0600));
    auto reply = ask("GetParameters", [](auto *m) { sd_bus_message_append(m, "s", "dummy"); });
    ASSERT_EQ(error_of(reply), "") << text_of(reply);
    EXPECT_EQ(texts_of(rows_in(reply.get()), {"name", "declared", "options"}),
              (Lines{"numdummies yes [3]", "secret yes [-]", "typo no [1][-]"}));
}

TEST_F(ConfigurationObject, UnknownModulesHaveNoParameters) {
    auto reply = ask("GetParameters", [](auto *m) { sd_bus_message_append(m, "s", "dumy"); });
    EXPECT_EQ(error_of(reply), "NotFound");
    EXPECT_NE(text_of(reply).find("did you mean dummy"), std::string::npos) << text_of(reply);
    EXPECT_EQ(fields_of(reply), "module=dumy cause=no-such-module");
    reply = ask("GetParameters", [](auto *m) { sd_bus_message_append(m, "s", "../dummy"); });
    EXPECT_EQ(error_of(reply), "InvalidArgument");
}

TEST_F(ConfigurationObject, SetsForNowForTheNextLoadOrForBoth) {
    sys_.write("sys/module/dummy/parameters/numdummies", "\n");
    EXPECT_EQ(changes(set("numdummies", "5")), Lines{"set 5"});
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.set-parameter dummy"});
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "5");
    EXPECT_EQ(text("etc/modprobe.d/modkeeper.conf"), "(none)");
    polkit_.asked.clear();
    EXPECT_EQ(changes(set("numdummies", "6", false, true)),
              Lines{"added options dummy numdummies=6"});
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.configure dummy"});
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "5");
    polkit_.asked.clear();
    EXPECT_EQ(
        changes(set("numdummies", "7", true, true)),
        (Lines{"set 7", "removed options dummy numdummies=6", "added options dummy numdummies=7"}));
    EXPECT_EQ(polkit_.asked.size(), 2U);
    EXPECT_EQ(changes(ask(
                  "UnsetParameter",
                  [](auto *m) { sd_bus_message_append(m, "ssa{sv}", "dummy", "numdummies", 0); })),
              Lines{"removed options dummy numdummies=7"});
}

TEST_F(ConfigurationObject, NothingIsDoneForWhoIsRefused) {
    polkit_.refused = "org.modkeeper1.configure";
    EXPECT_EQ(changes(set("numdummies", "7", true, true)), Lines{"NotAuthorized"});
    EXPECT_EQ(changes(set("numdummies", "7", false, true)), Lines{"NotAuthorized"});
    for (const auto *method : {"Enable", "Disable", "Mask", "Unmask"})
        EXPECT_EQ(changes(choose(method, "dummy")), Lines{"NotAuthorized"}) << method;
    polkit_.refused = "org.modkeeper1.set-parameter";
    EXPECT_EQ(changes(set("numdummies", "7")), Lines{"NotAuthorized"});
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "2\n");
    EXPECT_EQ(text("etc/modprobe.d/modkeeper.conf"), "(none)");
    EXPECT_EQ(background_.ran, 0U);
}

TEST_F(ConfigurationObject, BadArgumentsAreRefusedBeforeAnybodyIsAsked) {
    for (const auto &[name, value] :
         std::vector<std::pair<std::string, std::string>>{{"", "1"},
                                                          {"a\"b", "1"},
                                                          {"numdummies", std::string(5000, '1')},
                                                          {"numdummies", "1\n2"}})
        EXPECT_EQ(changes(set(name, value)), Lines{"InvalidArgument"}) << name;
    EXPECT_EQ(changes(set("numdummies", "1", false, false)), Lines{"InvalidArgument"});
    EXPECT_EQ(changes(choose("Enable", "../../etc/passwd")), Lines{"InvalidArgument"});
    auto reply = ask("Unmask", [](auto *m) {
        sd_bus_message_append(m, "asa{sv}", 1, "dummy", 1, "force", "b", 1);
    });
    EXPECT_EQ(changes(reply), Lines{"InvalidArgument"});
    EXPECT_TRUE(polkit_.asked.empty());
    EXPECT_EQ(changes(set("../numdummies", "1")), Lines{"InvalidArgument"});
    EXPECT_EQ(changes(set("numdummies", "many", false, true)), Lines{"BadParameter"});
    EXPECT_EQ(changes(set("numdumies", "1")), Lines{"UnknownParameter"});
    EXPECT_EQ(text("sys/module/dummy/parameters/numdummies"), "2\n");
}

TEST_F(ConfigurationObject, ChoosesWhatIsLoadedAtBoot) {
    EXPECT_EQ(changes(choose("Enable", "dummy")), Lines{"added dummy"});
    EXPECT_EQ(changes(choose("Enable", "dummy")).at(0).substr(0, 4), "kept");
    EXPECT_EQ(changes(choose("Disable", "dummy")), Lines{"removed dummy"});
    EXPECT_EQ(changes(choose("Mask", "none")), Lines{"NotFound"});
    EXPECT_EQ(fields_of(choose("Mask", "none")), "module=none cause=no-such-module");
    policy_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Denied, "deny", "x"};
    auto forced = ask("Mask", [](auto *m) {
        sd_bus_message_append(m, "asa{sv}", 1, "none", 1, "force", "b", 1);
    });
    EXPECT_EQ(changes(forced), (Lines{"added blacklist none", "added install none /bin/false",
                                      "added deny load none id=mask-none reason \"masked\""}));
    EXPECT_EQ(changes(choose("Unmask", "none")).size(), 3U);
}

TEST_F(ConfigurationObject, WorkThatEndsWithoutAnAnswerIsTold) {
    background_.broken = Error{ErrorCode::Failed, "signal 9"};
    auto reply = choose("Enable", "dummy");
    EXPECT_EQ(error_of(reply), "Failed");
    EXPECT_EQ(text_of(reply), "signal 9");
}

TEST_F(ConfigurationObject, TellsDriftWithoutSecrets) {
    sys_.write("proc/modules", "dummy 16384 0 - Live 0x0\n");
    sys_.write("etc/modprobe.d/a.conf", "options dummy numdummies=3 secret=hunter2\n");
    auto reply = ask("GetDrift", nullptr);
    ask("GetDrift", nullptr);
    EXPECT_EQ(background_.ran, 1U) << "it is work, and was done a moment ago";
    EXPECT_FALSE(background_.owners.back().is_authorized);
    ASSERT_EQ(error_of(reply), "") << text_of(reply);
    auto *m = reply.get();
    EXPECT_EQ(
        texts_of(rows_in(m), {"kind", "module", "subject", "configured", "running", "remedy"}),
        (Lines{"parameter dummy numdummies 3 2 modkeeper param dummy numdummies=3",
               "parameter dummy secret - - -"}));
    const char *sentence = nullptr;
    sd_bus_message_enter_container(m, 'a', "s");
    EXPECT_GT(sd_bus_message_read(m, "s", &sentence), 0) << "there is no initramfs to look into";
    EXPECT_TRUE(polkit_.asked.empty());
}

} // namespace
} // namespace mk::test
