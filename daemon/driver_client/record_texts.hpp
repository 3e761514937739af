// SPDX-License-Identifier: GPL-2.0-only
// Texts of one record, each checked against its bounds.
#pragma once

#include <cstring>
#include <optional>
#include <string>

#include "driver_client/record_types.hpp"
#include "driver_client/wire.hpp"

namespace mk::driver {

// Reads the texts of one record; bad() when one of them pointed outside of it.
class RecordTexts {
  public:
    RecordTexts(Bytes record, std::size_t fixed) : record_(record), fixed_(fixed) {}

    std::string operator()(modkeeper_text place) {
        auto text = text_of(record_, fixed_, place);
        bad_ = bad_ || !text;
        return text.value_or("");
    }
    // Distinguishes an absent text from an empty one.
    std::optional<std::string> value(modkeeper_text place) {
        if (place.offset == 0 && place.length == 0)
            return std::nullopt;
        return (*this)(place);
    }
    bool bad() const { return bad_; }

  private:
    Bytes record_;
    std::size_t fixed_;
    bool bad_ = false;
};

template <std::size_t size> std::string comm_of(const char (&comm)[size]) {
    return std::string(comm, strnlen(comm, size));
}

} // namespace mk::driver
