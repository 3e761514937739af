// SPDX-License-Identifier: GPL-2.0-only
// What a reader makes of its records: one number of all their texts in their order. As cheap as a
// checksum can be, since every contender pays for it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <x86intrin.h>

namespace mk::bench {

class RecordChecksum {
  public:
    void add(std::string_view text) {
        const char *at = text.data();
        std::uint64_t value = value_;
        std::size_t words = text.size() / sizeof(value);
#pragma GCC unroll 8
        for (std::size_t i = 0; i < words; i++) {
            std::uint64_t word;
            std::memcpy(&word, at + i * sizeof(word), sizeof(word));
            value = _mm_crc32_u64(value, word);
        }
        for (std::size_t i = words * sizeof(value); i < text.size(); i++)
            value =
                _mm_crc32_u8(static_cast<std::uint32_t>(value), static_cast<std::uint8_t>(at[i]));
        value_ = value;
        records_++;
    }

    std::uint64_t value() const {
        return value_;
    }
    std::uint64_t records() const {
        return records_;
    }

  private:
    std::uint64_t value_ = 0xffffffff;
    std::uint64_t records_ = 0;
};

} // namespace mk::bench
