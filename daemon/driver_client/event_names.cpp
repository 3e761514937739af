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

std::vector<std::string> names_in(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        if (end > 0)
            names.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return names;
}

} // namespace mk::driver
