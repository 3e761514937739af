// SPDX-License-Identifier: GPL-2.0-only
#include "driver/event_names.hpp"

#include <array>

namespace mk::driver {
namespace {

using Name = std::string_view;

constexpr std::array kinds = {Name(""),           Name("lost"),           Name("present"),
                              Name("load_begin"), Name("load_live"),      Name("load_failed"),
                              Name("unload"),     Name("unload_refused"), Name("request"),
                              Name("parameter"),  Name("reference"),      Name("mark"),
                              Name("suppressed")};
constexpr std::array stages = {
    Name("none"),      Name("unknown"),    Name("permission"), Name("signature"), Name("elf"),
    Name("blacklist"), Name("format"),     Name("duplicate"),  Name("memory"),    Name("symbols"),
    Name("veto"),      Name("parameters"), Name("sysfs"),      Name("init")};
constexpr std::array calls = {Name("unknown"), Name("init_module"), Name("finit_module")};
constexpr std::array signatures = {Name("unknown"), Name("none"), Name("valid"), Name("refused")};
constexpr std::array links = {Name("none"), Name("certain"), Name("uncertain")};
constexpr std::array refusals = {Name("unknown"), Name("not_loaded"), Name("referenced"),
                                 Name("in_use"),  Name("permission"), Name("no_exit"),
                                 Name("busy")};

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

} // namespace mk::driver
