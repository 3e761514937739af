// SPDX-License-Identifier: GPL-2.0-only
// Numbers and texts as bytes, between two processes of the same program: in the machine's own
// order, each text and list behind its length. Who reads believes nothing of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace mk {

class ByteWriter {
  public:
    // Of each text, only the first @text_max bytes are written, unless its own call says otherwise.
    explicit ByteWriter(std::size_t text_max = std::string::npos) : text_max_(text_max) {}

    ByteWriter &number(std::uint32_t value) { return fixed(value); }
    ByteWriter &large(std::int64_t value) { return fixed(value); }
    ByteWriter &count(std::size_t value) { return fixed(static_cast<std::uint32_t>(value)); }
    template <typename Enum>
    requires std::is_enum_v<Enum> ByteWriter &word(Enum value) {
        return fixed(static_cast<std::uint32_t>(value));
    }
    ByteWriter &text(std::string_view value) { return text(value, text_max_); }
    ByteWriter &text(std::string_view value, std::size_t most);
    ByteWriter &texts(const std::vector<std::string> &values);
    ByteWriter &error(const Error &error);

    std::string take() { return std::move(bytes_); }

  private:
    template <typename Number> ByteWriter &fixed(Number value) {
        bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
        return *this;
    }

    std::size_t text_max_;
    std::string bytes_;
};

// After the first thing that is missing, all others are zero or empty, and whole() is false.
class ByteReader {
  public:
    // @bytes must outlive the reader.
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint32_t number();
    std::int64_t large();
    bool truth() { return number() != 0; }
    std::string text();
    std::vector<std::string> texts();
    // An unknown code is ErrorCode::Failed.
    Error error();

    // Calls @one as often as the number at this place says, as long as there are bytes.
    template <typename One> void each(One one) {
        for (auto count = number(); count > 0 && !missing_; --count)
            one();
    }

    // What comes next makes no sense.
    void fail();
    // Everything was there, and nothing is left.
    bool whole() const { return !missing_ && bytes_.empty(); }

  private:
    template <typename Number> Number fixed();

    std::string_view bytes_;
    bool missing_ = false;
};

} // namespace mk
