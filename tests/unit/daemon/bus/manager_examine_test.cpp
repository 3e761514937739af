// SPDX-License-Identifier: GPL-2.0-only
#include <map>

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

using Finding = std::map<std::string, std::string>;

class ManagerExamine : public BusFixture {
  protected:
    static Finding read_finding(sd_bus_message *reply) {
        Finding finding;
        while (sd_bus_message_enter_container(reply, 'e', "sv") > 0) {
            const char *key = nullptr;
            const char *text = nullptr;
            if (sd_bus_message_read(reply, "s", &key) > 0 &&
                sd_bus_message_read(reply, "v", "s", &text) > 0)
                finding[key] = text;
            sd_bus_message_exit_container(reply);
        }
        return finding;
    }
    std::map<std::string, Finding> examine() {
        std::map<std::string, Finding> all;
        auto reply = call("Examine", nullptr);
        EXPECT_EQ(error_of(reply), "");
        EXPECT_GT(sd_bus_message_enter_container(reply.get(), 'a', "a{sv}"), 0);
        while (sd_bus_message_enter_container(reply.get(), 'a', "{sv}") > 0) {
            auto finding = read_finding(reply.get());
            all[finding["subject"]] = finding;
            sd_bus_message_exit_container(reply.get());
        }
        return all;
    }
};

TEST_F(ManagerExamine, EachFindingHasItsEvidenceAndWhatIsWrongARemedy) {
    auto all = examine();
    for (const char *subject : {"driver", "daemon", "loading", "signatures", "boot", "polkit"})
        EXPECT_TRUE(all.contains(subject)) << subject;
    for (auto &[subject, finding] : all) {
        EXPECT_NE(finding["evidence"], "") << subject;
        if (finding["verdict"] == "problem") {
            EXPECT_NE(finding["remedy"], "") << subject;
        }
    }
}

} // namespace
} // namespace mk::test
