// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/json.hpp"

#include "base/format.hpp"

namespace mk::cli {

Json object(std::initializer_list<JsonMember> members) {
    Json json = Json::object();
    for (const JsonMember &member : members)
        json[member.name.get()] = member.value;
    return json;
}

void add(Json &json, JsonName name, Json value) {
    json[name.get()] = std::move(value);
}

std::string json_line(const Json &json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string json_text(const Json &json) {
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + '\n';
}

Json text_or_null(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

Json number_or_null(std::uint64_t number) {
    return number == 0 ? Json() : Json(number);
}

Json time_or_null(std::uint64_t realtime_ns) {
    return text_or_null(utc_time(realtime_ns));
}

} // namespace mk::cli
