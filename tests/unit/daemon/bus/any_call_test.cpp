// SPDX-License-Identifier: GPL-2.0-only
// Calls of every method that the service offers with whatever arguments: it answers each, with an
// error most of the time, and is there afterwards. Under ASan and UBSan, as all of these tests.
#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <regex>

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

struct Method {
    std::string interface, name, signature;
};

class AnyCall : public BusFixture {
  protected:
    // From what the service says of itself.
    std::vector<Method> methods(const char *path) {
        auto reply = call("Introspect", nullptr, "org.freedesktop.DBus.Introspectable", path);
        const char *xml = nullptr;
        EXPECT_GT(sd_bus_message_read(reply.get(), "s", &xml), 0);
        std::string text = xml ? xml : "";
        std::vector<Method> result;
        std::string interface;
        std::regex tag("<(interface|method|signal|property) name=\"([^\"]*)\"|"
                       "<arg type=\"([^\"]*)\"[^>]*direction=\"in\"");
        bool in_method = false;
        for (std::sregex_iterator it(text.begin(), text.end(), tag), end; it != end; ++it) {
            auto kind = (*it)[1].str();
            if (kind == "interface")
                interface = (*it)[2].str();
            else if (kind == "method")
                result.push_back({interface, (*it)[2].str(), ""});
            else if (kind.empty() && in_method)
                result.back().signature += (*it)[3].str();
            in_method = kind == "method" || (kind.empty() && in_method);
        }
        return result;
    }
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
    }
    std::string text() {
        static const std::vector<std::string> known = {
            "",      "dummy",      "loop",   "../x",   "/etc/shadow", "a b",     "x=1",
            "load",  "unload",     "reload", "wait",   "timeout",     "force",   "module",
            "kinds", "since",      "failed", "a\tb\n", "\xc3\xa4",    "%s%n",    "persistent",
            "debug", "name=value", "*",      "[a-",    "runtime",     "snd-x.ko"};
        auto choice = below(known.size() + 2);
        if (choice < known.size())
            return known[choice];
        return std::string(below(6000), choice % 2 ? 'x' : '/');
    }
    void append(sd_bus_message *message, char type) {
        switch (type) {
        case 's':
            sd_bus_message_append(message, "s", text().c_str());
            break;
        case 'b':
            sd_bus_message_append(message, "b", static_cast<int>(below(2)));
            break;
        case 'u':
            sd_bus_message_append(message, "u", static_cast<std::uint32_t>(random_()));
            break;
        default:
            sd_bus_message_append(message, "t",
                                  below(2) ? std::uint64_t{random_()} : std::uint64_t{below(9)});
        }
    }
    void append_strings(sd_bus_message *message) {
        sd_bus_message_open_container(message, 'a', "s");
        for (auto count = below(5); count > 0; --count)
            append(message, 's');
        sd_bus_message_close_container(message);
    }
    void append_options(sd_bus_message *message) {
        constexpr const char *types[] = {"s", "b", "u", "t", "as"};
        sd_bus_message_open_container(message, 'a', "{sv}");
        for (auto count = below(4); count > 0; --count) {
            const char *type = types[below(std::size(types))];
            sd_bus_message_open_container(message, 'e', "sv");
            append(message, 's');
            sd_bus_message_open_container(message, 'v', type);
            if (*type == 'a')
                append_strings(message);
            else
                append(message, *type);
            sd_bus_message_close_container(message);
            sd_bus_message_close_container(message);
        }
        sd_bus_message_close_container(message);
    }
    void fill(sd_bus_message *message, std::string_view signature) {
        while (!signature.empty()) {
            if (signature.starts_with("a{sv}")) {
                append_options(message);
                signature.remove_prefix(5);
            } else if (signature.starts_with("as")) {
                append_strings(message);
                signature.remove_prefix(2);
            } else {
                append(message, signature.front());
                signature.remove_prefix(1);
            }
        }
    }

    std::minstd_rand random_{4711};
};

TEST_F(AnyCall, IsAnswered) {
    driver_.happens(event(driver::EventKind::LoadLive, "dummy", 1));
    feed();
    constexpr int rounds = 150;
    std::size_t refused = 0;
    std::size_t called = 0;
    for (const auto *path : {"/org/modkeeper1", "/org/modkeeper1/module/dummy"}) {
        for (const auto &method : methods(path)) {
            for (int i = 0; i < rounds; ++i) {
                // Now and then with a signature that is not the method's.
                auto signature = below(10) == 0 ? std::string("ta{sv}") : method.signature;
                auto reply = start(
                    method.name.c_str(), [&](auto *message) { fill(message, signature); },
                    method.interface.c_str(), path);
                run_until([&] { return *reply || jobs_.running() > 0; });
                if (jobs_.running() > 0)
                    jobs_.fail(Error{ErrorCode::Failed, "not in a test"});
                refused += !error_of(wait(reply)).empty();
                ++called;
            }
        }
    }
    EXPECT_GT(called, 20U * rounds);
    EXPECT_GT(refused, called / 4);
    settle();
}

} // namespace
} // namespace mk::test
