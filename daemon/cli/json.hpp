// SPDX-License-Identifier: GPL-2.0-only
// JSON as every command prints it: keys in the order they are written here, in snake_case; unknown
// values are null, never left out.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "error.hpp"

namespace mk::cli {

using Json = nlohmann::ordered_json;

// One line without its end; bytes that are not UTF-8 become U+FFFD. In ASCII, because it may be
// shown on a terminal as it is.
inline std::string json_line(const Json &json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

// The same for people's eyes too.
inline std::string json_text(const Json &json) {
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + '\n';
}

inline Json json_error(const Error &error) {
    return {{"result", "failed"},
            {"error", std::string(error_name(error.code))},
            {"message", error.message}};
}

inline Json text_or_null(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

} // namespace mk::cli
