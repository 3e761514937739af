// SPDX-License-Identifier: GPL-2.0-only
// Codec of answers that consist of rows with named fields, from the process that computes them to
// the bus, where a row is an a{sv}.
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
// A missing field is not known, or not public.
using Row = std::vector<Field>;
using Rows = std::vector<Row>;

struct Field {
    std::string key;
    std::variant<std::string, bool, std::uint32_t, Rows, std::vector<std::string>, Row,
                 std::uint64_t>
        value;

    bool operator==(const Field &) const = default;
};

// What is not known is left out.
void add_text(Row &row, const char *key, std::string text);

// Everybody may call: a text that not every user may read at its place is left out, only here.
void add(Row &row, const char *key, const GuardedText &text);

// Rows, and sentences about what is missing in them.
struct Answer {
    Rows rows;
    std::vector<std::string> unchecked;

    bool operator==(const Answer &) const = default;
};

std::string encode_answer(const Result<Answer> &answer);

// Failed if the bytes are not from encode_answer().
Result<Answer> decode_answer(std::string_view bytes);

// Answers @call by means of @append, or with the error. @append: 0 or more, or -errno.
void reply_answer(sd_bus_message *call, const Result<Answer> &found,
                  int (*append)(sd_bus_message *reply, const Answer &answer));

// a{sv}; 0 or more, or -errno.
int append_row(sd_bus_message *reply, const Row &row);

// aa{sv}; 0 or more, or -errno.
int append_rows(sd_bus_message *reply, const Rows &rows);

} // namespace mk::bus
