// SPDX-License-Identifier: GPL-2.0-only
// The interface file is what the daemon really offers, names of arguments and annotations too.
#include <fmt/format.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

using Lines = std::set<std::string>;

std::string attribute(const std::string &tag, const std::string &name) {
    std::smatch match;
    std::regex wanted("\\s" + name + "=\"([^\"]*)\"");
    return std::regex_search(tag, match, wanted) ? match[1].str() : "";
}

// One line for each member, argument and annotation, such as "Manager.Load arg0 name s in".
Lines members(std::string xml) {
    xml = std::regex_replace(xml, std::regex("<!--[^]*?-->"), "");
    Lines lines;
    std::string interface;
    std::string member;
    int argument = 0;
    std::regex tag_pattern("<(/?)(interface|method|signal|property|arg|annotation)([^>]*)>");
    for (std::sregex_iterator it(xml.begin(), xml.end(), tag_pattern), end; it != end; ++it) {
        auto kind = (*it)[2].str();
        auto tag = (*it)[3].str();
        if ((*it)[1].length() > 0)
            continue;
        if (kind == "interface") {
            interface = attribute(tag, "name");
            continue;
        }
        if (!interface.starts_with("org.modkeeper1."))
            continue;
        if (kind == "annotation") {
            lines.insert(fmt::format("{}.{} {}={}", interface, member, attribute(tag, "name"),
                                     attribute(tag, "value")));
        } else if (kind == "arg") {
            auto direction = attribute(tag, "direction");
            lines.insert(fmt::format("{}.{} arg{} {} {} {}", interface, member, argument++,
                                     attribute(tag, "name"), attribute(tag, "type"), direction));
        } else {
            member = attribute(tag, "name");
            argument = 0;
            lines.insert(fmt::format("{}.{} {} {} {}", interface, member, kind,
                                     attribute(tag, "type"), attribute(tag, "access")));
        }
    }
    return lines;
}

class Introspection : public BusFixture {
  protected:
    Lines live(const char *path) {
        auto reply = call("Introspect", nullptr, "org.freedesktop.DBus.Introspectable", path);
        const char *xml = nullptr;
        EXPECT_GT(sd_bus_message_read(reply.get(), "s", &xml), 0);
        return xml ? members(xml) : Lines{};
    }
};

TEST_F(Introspection, IsWhatTheInterfaceFileSays) {
    driver_.happens(event(driver::EventKind::LoadLive, "dummy", 1));
    feed();
    std::ifstream file(INTERFACE_FILE);
    std::stringstream text;
    text << file.rdbuf();
    auto written = members(text.str());
    ASSERT_GT(written.size(), 40U);
    auto offered = live("/org/modkeeper1");
    offered.merge(live("/org/modkeeper1/module/dummy"));
    auto waiting = start_load("dummy");
    run_until([&] { return !record_.ordinals.empty(); });
    offered.merge(live(("/org/modkeeper1/job/" + record_.ordinals.begin()->first).c_str()));
    EXPECT_EQ(written, offered);
    jobs_.succeed({"dummy"});
    wait(waiting);
}

} // namespace
} // namespace mk::test
