// SPDX-License-Identifier: GPL-2.0-only
#include "bus/task_result_codec.hpp"

#include <cstring>
#include <optional>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/handles.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

constexpr std::uint32_t good = 1;
constexpr std::uint32_t bad = 2;
constexpr unsigned depth_max = 4; // rows in a field of a row, and so on

class Writer {
  public:
    void number(std::size_t number) {
        const auto value = static_cast<std::uint32_t>(number);
        bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
    }
    void text(const std::string &text) {
        number(text.size());
        bytes_ += text;
    }
    void rows(const Rows &rows) {
        number(rows.size());
        for (const auto &one : rows)
            row(one);
    }
    void row(const Row &row) {
        number(row.size());
        for (const auto &one : row)
            field(one);
    }
    void texts(const std::vector<std::string> &texts) {
        number(texts.size());
        for (const auto &one : texts)
            text(one);
    }
    std::string take() { return std::move(bytes_); }

  private:
    void field(const Field &field) {
        text(field.key);
        number(field.value.index());
        if (const auto *value = std::get_if<std::string>(&field.value))
            text(*value);
        else if (const auto *on = std::get_if<bool>(&field.value))
            number(*on ? 1 : 0);
        else if (const auto *count = std::get_if<std::uint32_t>(&field.value))
            number(*count);
        else if (const auto *inner = std::get_if<Rows>(&field.value))
            rows(*inner);
        else if (const auto *within = std::get_if<Row>(&field.value))
            row(*within);
        else
            texts(std::get<std::vector<std::string>>(field.value));
    }

    std::string bytes_;
};

// After the first missing field, ok() is false and everything else is empty.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    bool at_end() const { return bytes_.empty(); }

    std::uint32_t number() {
        std::uint32_t value = 0;
        ok_ = ok_ && bytes_.size() >= sizeof value;
        if (!ok_)
            return 0;
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }
    std::string text() {
        const auto length = number();
        ok_ = ok_ && length <= bytes_.size();
        if (!ok_)
            return {};
        std::string text(bytes_.substr(0, length));
        bytes_.remove_prefix(length);
        return text;
    }
    std::vector<std::string> texts() {
        std::vector<std::string> result;
        for (auto count = number(); ok_ && count > 0; --count)
            result.push_back(text());
        return result;
    }
    Rows rows(unsigned depth = 1) {
        Rows result;
        for (auto count = number(); ok_ && count > 0; --count)
            result.push_back(row(depth));
        return result;
    }
    Row row(unsigned depth) {
        Row result;
        ok_ = ok_ && depth <= depth_max;
        for (auto fields = number(); ok_ && fields > 0; --fields)
            result.push_back(field(depth));
        return result;
    }

  private:
    Field field(unsigned depth) {
        Field result;
        result.key = text();
        switch (number()) {
        case 0:
            result.value = text();
            break;
        case 1:
            result.value = number() != 0;
            break;
        case 2:
            result.value = number();
            break;
        case 3:
            result.value = rows(depth + 1);
            break;
        case 4:
            result.value = texts();
            break;
        case 5:
            result.value = row(depth + 1);
            break;
        default:
            ok_ = false;
        }
        return result;
    }

    std::string_view bytes_;
    bool ok_ = true;
};

int append_value(sd_bus_message *reply, const Field &field) {
    if (const auto *text = std::get_if<std::string>(&field.value))
        return sd_bus_message_append(reply, "v", "s", utf8(*text).c_str());
    if (const auto *on = std::get_if<bool>(&field.value))
        return sd_bus_message_append(reply, "v", "b", static_cast<int>(*on));
    if (const auto *number = std::get_if<std::uint32_t>(&field.value))
        return sd_bus_message_append(reply, "v", "u", *number);
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
    Writer writer;
    if (!answer) {
        writer.number(bad);
        writer.number(static_cast<std::size_t>(answer.error().code));
        writer.text(answer.error().message);
        const auto &facts = answer.error().facts;
        writer.text(facts.module);
        writer.number(static_cast<std::size_t>(facts.number));
        writer.text(facts.stage);
        writer.texts(facts.holders);
        writer.number(static_cast<std::size_t>(facts.cause));
        return writer.take();
    }
    writer.number(good);
    writer.rows(answer.value().rows);
    writer.texts(answer.value().unchecked);
    return writer.take();
}

Result<Answer> decode_answer(std::string_view bytes) {
    Reader reader(bytes);
    const auto kind = reader.number();
    if (kind == good) {
        Answer answer{reader.rows(), reader.texts()};
        if (reader.ok() && reader.at_end())
            return answer;
    }
    if (kind == bad) {
        const auto code = reader.number();
        auto message = reader.text();
        ErrorFacts facts;
        facts.module = reader.text();
        facts.number = static_cast<int>(reader.number());
        facts.stage = reader.text();
        facts.holders = reader.texts();
        facts.cause = cause_of_number(reader.number());
        if (reader.ok() && reader.at_end() && code <= static_cast<std::uint32_t>(ErrorCode::Failed))
            return Error{static_cast<ErrorCode>(code), std::move(message), std::move(facts)};
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
