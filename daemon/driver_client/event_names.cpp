// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_names.hpp"

#include <algorithm>

namespace mk::driver {
namespace {

// By bit, as the kernel has them.
constexpr std::string_view taint_letters = "PFSRMBUDAWCIOELKXTNJ";

} // namespace

std::string letters_of(Taints taints) {
    std::string letters;
    for (std::size_t bit = 0; bit < taint_letters.size(); ++bit)
        if (taints.bits >> bit & 1)
            letters += taint_letters[bit];
    return letters;
}

std::optional<Taints> taints_of(std::string_view letters) {
    Taints taints;
    for (const char letter : letters) {
        const auto bit = taint_letters.find(letter);
        if (bit == std::string_view::npos)
            return std::nullopt;
        taints.bits |= std::uint64_t{1} << bit;
    }
    return taints;
}

namespace {

std::vector<std::string> pieces_of(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0)
            pieces.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

} // namespace

std::vector<std::string> names_in(std::string_view list) {
    return pieces_of(list, ',');
}

std::vector<std::string> lines_in(std::string_view text) {
    return pieces_of(text, '\n');
}

} // namespace mk::driver
