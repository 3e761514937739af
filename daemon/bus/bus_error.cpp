// SPDX-License-Identifier: GPL-2.0-only
#include "bus/bus_error.hpp"

#include "bus/handles.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

std::string bus_error_name(ErrorCode code) {
    return error_prefix + std::string(error_name(code));
}

int set_error(sd_bus_error *target, const Error &error) {
    return sd_bus_error_set(target, bus_error_name(error.code).c_str(),
                            utf8(error.message).c_str());
}

int append_facts(sd_bus_message *message, const ErrorFacts &facts) {
    int r = sd_bus_message_open_container(message, 'a', "{sv}");
    const auto text = [&](const char *key, const std::string &value) {
        if (r >= 0 && !value.empty())
            r = sd_bus_message_append(message, "{sv}", key, "s", utf8(value).c_str());
    };
    text("module", facts.module);
    if (r >= 0 && facts.number > 0)
        r = sd_bus_message_append(message, "{sv}", "errno", "u",
                                  static_cast<std::uint32_t>(facts.number));
    text("stage", facts.stage);
    text("cause", std::string(word_of(facts.cause)));
    if (r >= 0 && !facts.holders.empty())
        r = append_entry(message, "holders", facts.holders);
    return r < 0 ? r : sd_bus_message_close_container(message);
}

int refuse(sd_bus_message *call, const Error &error) {
    reply_error(call, error);
    return 1;
}

void reply_error(sd_bus_message *call, const Error &error) {
    if (sd_bus_message_get_expect_reply(call) == 0)
        return;
    const auto name = bus_error_name(error.code);
    const auto sentence = utf8(error.message);
    const sd_bus_error made{name.c_str(), sentence.c_str(), 0};
    sd_bus_message *raw = nullptr;
    if (sd_bus_message_new_method_error(call, &raw, &made) < 0)
        return;
    const Message reply(raw);
    if (error.facts == ErrorFacts{} || append_facts(raw, error.facts) >= 0)
        sd_bus_send(nullptr, raw, nullptr);
}

} // namespace mk::bus
