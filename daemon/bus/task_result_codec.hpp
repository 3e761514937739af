// SPDX-License-Identifier: GPL-2.0-only
// Answers made of rows with named fields, on their way from the process that worked them out to the
// bus, where a row is an a{sv}.
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/guarded_text.hpp"

namespace mk::bus {

struct Field;
// A field that is not there is not known, or not for everybody.
using Row = std::vector<Field>;
using Rows = std::vector<Row>;

struct Field {
    std::string key;
    std::variant<std::string, bool, std::uint32_t, Rows, std::vector<std::string>> value;

    bool operator==(const Field &) const = default;
};

// Everybody may ask: a text that not every user may read where it stands is left out, here and
// nowhere else.
void add(Row &row, const char *key, const GuardedText &text);

// Rows, and sentences about what is not in them.
struct Answer {
    Rows rows;
    std::vector<std::string> unchecked;

    bool operator==(const Answer &) const = default;
};

std::string encode_answer(const Result<Answer> &answer);

// Failed when the bytes are not what encode_answer() made.
Result<Answer> decode_answer(std::string_view bytes);

// Answers @call with what @append makes of it, or with the error. @append: 0 or more, or -errno.
void reply_answer(sd_bus_message *call, const Result<Answer> &found,
                  int (*append)(sd_bus_message *reply, const Answer &answer));

// a{sv}; 0 or more, or -errno.
int append_row(sd_bus_message *reply, const Row &row);

// aa{sv}; 0 or more, or -errno.
int append_rows(sd_bus_message *reply, const Rows &rows);

} // namespace mk::bus
