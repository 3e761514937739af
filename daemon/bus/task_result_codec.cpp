// SPDX-License-Identifier: GPL-2.0-only
#include "bus/task_result_codec.hpp"

#include <cstring>

#include "base/byte_codec.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/handles.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

constexpr std::uint32_t good = 1;
constexpr std::uint32_t bad = 2;
constexpr unsigned depth_max = 4; // rows in a field of a row, and so on

void write(ByteWriter &writer, const Rows &rows);

void write(ByteWriter &writer, const Row &row) {
    writer.count(row.size());
    for (const auto &field : row) {
        writer.text(field.key).count(field.value.index());
        if (const auto *text = std::get_if<std::string>(&field.value))
            writer.text(*text);
        else if (const auto *on = std::get_if<bool>(&field.value))
            writer.number(*on ? 1 : 0);
        else if (const auto *number = std::get_if<std::uint32_t>(&field.value))
            writer.number(*number);
        else if (const auto *large = std::get_if<std::uint64_t>(&field.value))
            writer.large(static_cast<std::int64_t>(*large));
        else if (const auto *rows = std::get_if<Rows>(&field.value))
            write(writer, *rows);
        else if (const auto *within = std::get_if<Row>(&field.value))
            write(writer, *within);
        else
            writer.texts(std::get<std::vector<std::string>>(field.value));
    }
}

void write(ByteWriter &writer, const Rows &rows) {
    writer.count(rows.size());
    for (const auto &row : rows)
        write(writer, row);
}

Rows read_rows(ByteReader &reader, unsigned depth);

Row read_row(ByteReader &reader, unsigned depth) {
    Row row;
    if (depth > depth_max)
        reader.fail();
    reader.each([&] {
        Field field;
        field.key = reader.text();
        switch (reader.number()) {
        case 0:
            field.value = reader.text();
            break;
        case 1:
            field.value = reader.truth();
            break;
        case 2:
            field.value = reader.number();
            break;
        case 3:
            field.value = read_rows(reader, depth + 1);
            break;
        case 4:
            field.value = reader.texts();
            break;
        case 5:
            field.value = read_row(reader, depth + 1);
            break;
        case 6:
            field.value = static_cast<std::uint64_t>(reader.large());
            break;
        default:
            reader.fail();
        }
        row.push_back(std::move(field));
    });
    return row;
}

Rows read_rows(ByteReader &reader, unsigned depth) {
    Rows rows;
    reader.each([&] { rows.push_back(read_row(reader, depth)); });
    return rows;
}

int append_value(sd_bus_message *reply, const Field &field) {
    if (const auto *text = std::get_if<std::string>(&field.value))
        return sd_bus_message_append(reply, "v", "s", utf8(*text).c_str());
    if (const auto *on = std::get_if<bool>(&field.value))
        return sd_bus_message_append(reply, "v", "b", static_cast<int>(*on));
    if (const auto *number = std::get_if<std::uint32_t>(&field.value))
        return sd_bus_message_append(reply, "v", "u", *number);
    if (const auto *large = std::get_if<std::uint64_t>(&field.value))
        return sd_bus_message_append(reply, "v", "t", *large);
    const auto *rows = std::get_if<Rows>(&field.value);
    const auto *row = std::get_if<Row>(&field.value);
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_VARIANT,
                                              row    ? "a{sv}"
                                              : rows ? "aa{sv}"
                                                     : "as");
    if (error >= 0)
        error = row    ? append_row(reply, *row)
                : rows ? append_rows(reply, *rows)
                       : append_strings(reply, std::get<std::vector<std::string>>(field.value));
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

void add_text(Row &row, const char *key, std::string text) {
    if (!text.empty())
        row.push_back({key, std::move(text)});
}

void add(Row &row, const char *key, const GuardedText &text) {
    if (text.is_public())
        row.push_back({key, text.for_everybody()});
}

std::string encode_answer(const Result<Answer> &answer) {
    ByteWriter writer;
    if (!answer)
        return writer.number(bad).error(answer.error()).take();
    write(writer.number(good), answer.value().rows);
    return writer.texts(answer.value().unchecked).take();
}

Result<Answer> decode_answer(std::string_view bytes) {
    ByteReader reader(bytes);
    const auto kind = reader.number();
    if (kind == good) {
        Answer answer;
        answer.rows = read_rows(reader, 1);
        answer.unchecked = reader.texts();
        if (reader.whole())
            return answer;
    }
    if (kind == bad) {
        auto error = reader.error();
        if (reader.whole())
            return error;
    }
    return Error{ErrorCode::Failed, "the task ended before its answer was complete"};
}

void reply_answer(sd_bus_message *call, const Result<Answer> &found,
                  int (*append)(sd_bus_message *reply, const Answer &answer)) {
    if (!found)
        return reply_error(call, found.error());
    sd_bus_message *raw = nullptr;
    int error = sd_bus_message_new_method_return(call, &raw);
    const Message reply(raw);
    if (error >= 0)
        error = append(raw, found.value());
    if (error >= 0)
        error = sd_bus_send(nullptr, raw, nullptr);
    if (error < 0)
        reply_error(call, {ErrorCode::Failed,
                           std::string("the answer cannot be made: ") + std::strerror(-error)});
}

int append_row(sd_bus_message *reply, const Row &row) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    for (const auto &field : row) {
        if (error >= 0)
            error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
        if (error >= 0)
            error = sd_bus_message_append(reply, "s", field.key.c_str());
        if (error >= 0)
            error = append_value(reply, field);
        if (error >= 0)
            error = sd_bus_message_close_container(reply);
    }
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

int append_rows(sd_bus_message *reply, const Rows &rows) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "a{sv}");
    for (const auto &row : rows)
        if (error >= 0)
            error = append_row(reply, row);
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace mk::bus
