// SPDX-License-Identifier: GPL-2.0-only
#include "bus/row_codec.hpp"

#include <cstdint>
#include <cstring>
#include <optional>

namespace mk::bus {

namespace {

constexpr std::uint32_t good = 1;
constexpr std::uint32_t bad = 2;

void put(std::string &bytes, std::size_t number) {
    auto value = static_cast<std::uint32_t>(number);
    bytes.append(reinterpret_cast<const char *>(&value), sizeof value);
}

void put(std::string &bytes, const std::string &text) {
    put(bytes, text.size());
    bytes += text;
}

std::optional<std::uint32_t> take_number(std::string_view &bytes) {
    std::uint32_t value = 0;
    if (bytes.size() < sizeof value)
        return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
}

std::optional<std::string> take_text(std::string_view &bytes) {
    auto length = take_number(bytes);
    if (!length || *length > bytes.size())
        return std::nullopt;
    std::string text(bytes.substr(0, *length));
    bytes.remove_prefix(*length);
    return text;
}

std::optional<Rows> take_rows(std::string_view &bytes) {
    auto count = take_number(bytes);
    Rows rows;
    for (std::uint32_t i = 0; count && i < *count; ++i) {
        auto fields = take_number(bytes);
        if (!fields)
            return std::nullopt;
        auto &row = rows.emplace_back();
        for (std::uint32_t field = 0; field < *fields; ++field) {
            auto text = take_text(bytes);
            if (!text)
                return std::nullopt;
            row.push_back(std::move(*text));
        }
    }
    return count && bytes.empty() ? std::optional(std::move(rows)) : std::nullopt;
}

std::optional<Error> take_error(std::string_view &bytes) {
    auto code = take_number(bytes);
    auto message = take_text(bytes);
    if (!code || *code > static_cast<std::uint32_t>(ErrorCode::Failed) || !message ||
        !bytes.empty())
        return std::nullopt;
    return Error{static_cast<ErrorCode>(*code), std::move(*message)};
}

} // namespace

std::string encode_rows(const Result<Rows> &rows) {
    std::string bytes;
    if (!rows) {
        put(bytes, bad);
        put(bytes, static_cast<std::size_t>(rows.error().code));
        put(bytes, rows.error().message);
        return bytes;
    }
    put(bytes, good);
    put(bytes, rows.value().size());
    for (const auto &row : rows.value()) {
        put(bytes, row.size());
        for (const auto &text : row)
            put(bytes, text);
    }
    return bytes;
}

Result<Rows> decode_rows(std::string_view bytes) {
    const auto kind = take_number(bytes);
    if (kind == good)
        if (auto rows = take_rows(bytes))
            return std::move(*rows);
    if (kind == bad)
        if (auto error = take_error(bytes))
            return std::move(*error);
    return Error{ErrorCode::Failed, "the work was cut short before its answer was whole"};
}

} // namespace mk::bus
