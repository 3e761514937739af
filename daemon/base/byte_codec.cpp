// SPDX-License-Identifier: GPL-2.0-only
#include "base/byte_codec.hpp"

#include <algorithm>
#include <cstring>

#include "base/cause.hpp"

namespace mk {

ByteWriter &ByteWriter::text(std::string_view value, std::size_t most) {
    value = value.substr(0, most);
    count(value.size());
    bytes_.append(value);
    return *this;
}

ByteWriter &ByteWriter::texts(const std::vector<std::string> &values) {
    count(values.size());
    for (const auto &value : values)
        text(value);
    return *this;
}

ByteWriter &ByteWriter::error(const Error &error) {
    const auto &facts = error.facts;
    word(error.code).text(error.message);
    text(facts.module).number(static_cast<std::uint32_t>(facts.number)).text(facts.stage);
    return texts(facts.holders).word(facts.cause);
}

template <typename Number> Number ByteReader::fixed() {
    Number value = 0;
    if (bytes_.size() < sizeof value) {
        fail();
        return 0;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
}

std::uint32_t ByteReader::number() {
    return fixed<std::uint32_t>();
}

std::int64_t ByteReader::large() {
    return fixed<std::int64_t>();
}

std::string ByteReader::text() {
    auto length = number();
    if (bytes_.size() < length) {
        fail();
        length = 0;
    }
    std::string value(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return value;
}

std::vector<std::string> ByteReader::texts() {
    std::vector<std::string> values;
    each([&] { values.push_back(text()); });
    return values;
}

Error ByteReader::error() {
    const auto code = std::min(number(), static_cast<std::uint32_t>(ErrorCode::Failed));
    Error error{static_cast<ErrorCode>(code), text(), {}};
    error.facts.module = text();
    error.facts.number = static_cast<int>(number());
    error.facts.stage = text();
    error.facts.holders = texts();
    error.facts.cause = cause_of_number(number());
    return error;
}

void ByteReader::fail() {
    bytes_ = {};
    missing_ = true;
}

} // namespace mk
