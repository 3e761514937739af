// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_names.hpp"

#include <algorithm>
#include <array>

namespace mk::driver {
namespace {

using Name = std::string_view;

constexpr std::array kinds = {Name(""),           Name("lost"),           Name("present"),
                              Name("load-begin"), Name("load-live"),      Name("load-failed"),
                              Name("unload"),     Name("unload-refused"), Name("request"),
                              Name("parameter"),  Name("reference"),      Name("mark"),
                              Name("suppressed")};
// By bit, as the kernel has them.
constexpr Name taint_letters = "PFSRMBUDAWCIOELKXTNJ";
constexpr std::array stages = {
    Name("none"),      Name("unknown"),    Name("permission"), Name("signature"), Name("elf"),
    Name("blacklist"), Name("format"),     Name("duplicate"),  Name("memory"),    Name("symbols"),
    Name("veto"),      Name("parameters"), Name("sysfs"),      Name("init")};
constexpr std::array calls = {Name("unknown"), Name("init_module"), Name("finit_module")};
constexpr std::array signatures = {Name("unknown"), Name("none"), Name("valid"), Name("refused")};
constexpr std::array links = {Name("none"), Name("certain"), Name("uncertain")};
constexpr std::array refusals = {Name("unknown"), Name("not-loaded"), Name("referenced"),
                                 Name("in-use"),  Name("permission"), Name("no-exit"),
                                 Name("busy")};

// One left out would shift all words behind it.
template <typename Enum> constexpr bool ends_with(const auto &names, Enum last) {
    return names.size() == static_cast<std::size_t>(last) + 1;
}
static_assert(ends_with(kinds, EventKind::Suppressed));
static_assert(ends_with(stages, Stage::Init));
static_assert(ends_with(calls, LoadCall::FinitModule));
static_assert(ends_with(signatures, Signature::Refused));
static_assert(ends_with(links, Link::Uncertain));
static_assert(ends_with(refusals, RefusalReason::Busy));

} // namespace

std::span<const std::string_view> names_of(EventKind) {
    return kinds;
}
std::span<const std::string_view> names_of(Stage) {
    return stages;
}
std::span<const std::string_view> names_of(LoadCall) {
    return calls;
}
std::span<const std::string_view> names_of(Signature) {
    return signatures;
}
std::span<const std::string_view> names_of(Link) {
    return links;
}
std::span<const std::string_view> names_of(RefusalReason) {
    return refusals;
}

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
