// SPDX-License-Identifier: GPL-2.0-only
// JSON of all commands: keys of vocabulary.hpp in the order in which they are written; unknown
// values are null, never left out.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/output/vocabulary.hpp"

namespace mk::cli {

using Json = nlohmann::ordered_json;

// A key that the vocabulary has: any other does not compile.
class JsonName {
  public:
    consteval JsonName(const char *name) : name_(name) {
        if (!is_key(name))
            throw "this key is not in vocabulary.hpp";
    }
    const char *get() const { return name_; }

  private:
    const char *name_;
};

struct JsonMember {
    JsonName name;
    Json value;
};

Json object(std::initializer_list<JsonMember> members);
void add(Json &json, JsonName name, Json value);

// One line without its end; bytes that are not UTF-8 become U+FFFD. In ASCII, because it may be
// shown directly on a terminal.
std::string json_line(const Json &json);

// In a form that is readable for people too.
std::string json_text(const Json &json);

Json text_or_null(const std::string &text);

// A time or a duration that is 0 is not known.
Json number_or_null(std::uint64_t number);

// RFC 3339, in UTC: numbers of nanoseconds since 1970 are too large for JavaScript and jq.
Json time_or_null(std::uint64_t realtime_ns);

} // namespace mk::cli
