// SPDX-License-Identifier: GPL-2.0-only
// Deny and RevokeRules as a caller sees them, and the rules that Mask writes: what is written, what
// is refused, and before whom.
#include <fmt/format.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/bus_fixture.hpp"
#include "fixtures/fake_polkit.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"

namespace mk::test {
namespace {

using Lines = std::vector<std::string>;

class PolicyDeny : public BusFixture {
  protected:
    PolicyDeny() : polkit_(private_bus_, loop_.get()) {
        for (const auto *folder : {"etc/modprobe.d", "run", "var/lib"})
            std::filesystem::create_directories(sys_ / folder);
        policy_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Denied, "deny", "x"};
    }

    Reply deny(const Lines &names, const Lines &options) {
        return ask(bus::policy_interface, "Deny", names, options);
    }
    Reply revoke(const Lines &names, const Lines &options = {}) {
        auto reply = ask(bus::policy_interface, "RevokeRules", names, options);
        apply();
        return reply;
    }
    // @options: key, value, key, value
    Reply ask(const char *interface, const char *method, const Lines &names, const Lines &options) {
        return call(
            method,
            [&](auto *m) {
                sd_bus_message_open_container(m, 'a', "s");
                for (const auto &name : names)
                    sd_bus_message_append(m, "s", name.c_str());
                sd_bus_message_close_container(m);
                sd_bus_message_open_container(m, 'a', "{sv}");
                for (std::size_t i = 0; i + 1 < options.size(); i += 2)
                    sd_bus_message_append(m, "{sv}", options[i].c_str(), "s",
                                          options[i + 1].c_str());
                sd_bus_message_close_container(m);
            },
            interface);
    }
    // "key=value" each; of lists the values with "|" between
    static Lines fields(const Reply &reply) {
        Lines all;
        auto *m = reply.get();
        EXPECT_EQ(error_of(reply), "") << text_of(reply);
        sd_bus_message_enter_container(m, 'a', "{sv}");
        while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
            const char *key = nullptr;
            const char *type = nullptr;
            sd_bus_message_read(m, "s", &key);
            sd_bus_message_peek_type(m, nullptr, &type);
            all.push_back(std::string(key) + "=" + value_of(m, type));
            sd_bus_message_exit_container(m);
        }
        return all;
    }
    static std::string value_of(sd_bus_message *m, const std::string &type) {
        const char *text = "";
        std::uint64_t number = 0;
        if (type == "t") {
            sd_bus_message_read(m, "v", "t", &number);
            return std::to_string(number);
        }
        if (type == "s") {
            sd_bus_message_read(m, "v", "s", &text);
            return text;
        }
        Lines list;
        sd_bus_message_enter_container(m, 'v', "as");
        sd_bus_message_enter_container(m, 'a', "s");
        while (sd_bus_message_read(m, "s", &text) > 0)
            list.emplace_back(text);
        sd_bus_message_exit_container(m);
        sd_bus_message_exit_container(m);
        return join(list, "|");
    }
    std::string rules() const {
        return read_text(sys_ / "etc/modkeeper/policy.d/30-local.rules").value_or("");
    }
    void apply() {
        const auto disk = policy::read_policy(sys_.path(), 0);
        policy_.policy.is_there = !disk.policy.rules.empty();
        policy_.policy.digest = policy::kept_text_of(disk.sources).value().digest;
    }

    FakePolkit polkit_;
};

TEST_F(PolicyDeny, WritesARuleAndTellsWhatItMeans) {
    const auto done = deny({"snd-dummy", "rxrpc"}, {"reason", "a \"hole\"", "until", "2099-12-31"});
    const auto all = fields(done);
    ASSERT_EQ(all.size(), 5U) << join(all, "; ");
    EXPECT_EQ(all[0], "result=applied");
    EXPECT_EQ(all[1], "modules=snd_dummy|rxrpc");
    EXPECT_EQ(all[2], "rule=deny-snd_dummy");
    EXPECT_EQ(all[3], "policy_generation=1");
    EXPECT_TRUE(rules().ends_with("deny load snd_dummy rxrpc id=deny-snd_dummy until=2099-12-31 "
                                  "reason \"a \\\"hole\\\"\"\n"))
        << rules();
    EXPECT_EQ(polkit_.asked, Lines{"org.modkeeper1.manage-policy snd_dummy rxrpc"});
    EXPECT_EQ(polkit_.details.at("until"), "2099-12-31");
    EXPECT_NE(polkit_.details.at("reason").find("hole"), std::string::npos);
    EXPECT_TRUE(polkit_.details.at("request").starts_with(
        "deny loads of the kernel modules snd_dummy rxrpc until 2099-12-31, by a rule with the "
        "reason "))
        << polkit_.details.at("request");
    apply();
    EXPECT_EQ(fields(deny({"rxrpc"}, {"reason", "a \"hole\"", "until", "2099-12-31"}))[0],
              "result=unchanged");
}

TEST_F(PolicyDeny, WhatIsWrongIsRefusedBeforeAnybodyIsAsked) {
    const Lines why = {"reason", "why"};
    const Lines many(65, "a");
    for (const auto &[names, options] : std::vector<std::pair<Lines, Lines>>{
             {{"rxrpc"}, {}},
             {{"rxrpc"}, {"reason", ""}},
             {{"rxrpc"}, {"reason", std::string(128, 'x')}},
             {{"rxrpc"}, {"reason", "x\nallow load *"}},
             {{"rxrpc"}, {"reason", "x", "until", "2099-12-31\nallow load *"}},
             {{"rxrpc"}, {"reason", "x", "until", "2099-02-30"}},
             {{"rxrpc"}, {"reason", "x", "reason", "y"}},
             {{"rxrpc"}, {"reason", "x", "unload", "yes"}},
             {{}, why},
             {{"../x"}, why},
             {{"@devices"}, why},
             {{"rxrpc\nallow load *"}, why},
             {many, why}})
        EXPECT_EQ(error_of(deny(names, options)), "InvalidArgument") << join(options);
    for (const auto &names : {Lines{}, Lines{""}, Lines{"a b"}, Lines{std::string(64, 'a')}, many})
        EXPECT_EQ(error_of(revoke(names)), "InvalidArgument");
    EXPECT_EQ(error_of(revoke({"a"}, {"reason", "x"})), "InvalidArgument");
    EXPECT_EQ(polkit_.asked, Lines{});
    EXPECT_EQ(background_.ran, 0U);
}

TEST_F(PolicyDeny, NothingIsDoneForWhoIsRefused) {
    polkit_.refused = "org.modkeeper1.manage-policy";
    EXPECT_EQ(error_of(deny({"rxrpc"}, {"reason", "why"})), "NotAuthorized");
    EXPECT_EQ(error_of(revoke({"rxrpc"})), "NotAuthorized");
    EXPECT_EQ(rules(), "");
    EXPECT_EQ(background_.ran, 0U);
}

TEST_F(PolicyDeny, ARuleIsRevokedByNameOrId) {
    deny({"rxrpc", "rds"}, {"reason", "why"});
    apply();
    EXPECT_EQ(fields(revoke({"rxrpc"})),
              (Lines{"result=applied", "modules=rxrpc", "policy_generation=2"}));
    EXPECT_EQ(polkit_.details.at("rule"), "rxrpc");
    EXPECT_EQ(error_of(revoke({"rxrpc"})), "NotFound");
    EXPECT_EQ(fields(revoke({"deny-rxrpc"}))[1], "modules=deny-rxrpc");
    EXPECT_EQ(rules(), "");
}

TEST_F(PolicyDeny, WhatTheRulesOnDiskForbidIsTold) {
    policy_.policy.trial_left_ns = 1;
    EXPECT_EQ(error_of(deny({"rxrpc"}, {"reason", "why"})), "InUse");
    policy_.policy.trial_left_ns.reset();
    sys_.write("etc/modkeeper/policy.d/a.rules", "deny load x\n");
    EXPECT_EQ(error_of(deny({"rxrpc"}, {"reason", "why"})), "Failed");
    EXPECT_EQ(rules(), "");
}

TEST_F(PolicyDeny, AMaskHasARule) {
    const auto mask = [&](const char *method) {
        return call(
            method,
            [&](auto *m) {
                const bool is_mask = std::string_view(method) == "Mask";
                if (is_mask)
                    sd_bus_message_append(m, "asa{sv}", 1, "rds", 1, "force", "b", 1);
                else
                    sd_bus_message_append(m, "asa{sv}", 1, "rds", 0);
            },
            bus::configuration_interface);
    };
    EXPECT_EQ(error_of(mask("Mask")), "");
    EXPECT_TRUE(rules().ends_with("deny load rds id=mask-rds reason \"masked\"\n")) << rules();
    EXPECT_NE(read_text(sys_ / "etc/modprobe.d/modkeeper.conf").value_or("").find("install rds"),
              std::string::npos);
    apply();
    EXPECT_EQ(error_of(mask("Unmask")), "");
    EXPECT_EQ(rules(), "");
    policy_.broken = Error{ErrorCode::DriverUnavailable, "no driver"};
    EXPECT_EQ(error_of(mask("Mask")), "") << "the lines of modprobe.d hold without it";
    EXPECT_EQ(rules(), "");
}

} // namespace
} // namespace mk::test
