// SPDX-License-Identifier: GPL-2.0-only
// Lines of modprobe.d that nothing heeds: those that kmod skips with a word to nobody, and masks
// that do not hold.
#include <fmt/format.h>

#include "engine/configuration/drift.hpp"
#include "engine/configuration/modprobe_configuration.hpp"
#include "engine/module_name.hpp"

namespace mk::engine {

namespace {

DriftItem without_effect(const ModprobeLine &line, std::string module, GuardedText configured,
                         std::string why) {
    return {DriftKind::NoEffect,
            std::move(module),
            {},
            std::move(configured),
            {std::move(why), true},
            line.origin.text(),
            {line.origin.on_command_line() ? "change it on the kernel's command line"
                                           : "sudoedit " + line.origin.file,
             true}};
}

void tell_skipped(const ModprobeLine &line, Drift &drift) {
    drift.items.push_back(without_effect(line, "", {line.name + " ...", line.origin.is_public},
                                         "no effect: modprobe skips a line that begins like this, "
                                         "or lacks something"));
}

// What the kernel's command line says of the blacklist kmod compares letter by letter.
void check_blacklist(const ModprobeLine &line, Drift &drift) {
    const auto meant = canonical_name(line.name);
    if (meant != line.name)
        drift.items.push_back(without_effect(
            line, meant, {"modprobe.blacklist=" + line.name, line.origin.is_public},
            fmt::format("no effect: the module is called {}, and kmod compares letter by letter",
                        meant)));
}

// Does something keep modprobe from looking at an install line that lets nothing be loaded?
void check_mask(const ModprobeLine &line, const ModprobeConfiguration &modprobe, Catalog *catalog,
                Drift &drift) {
    const auto *counts = modprobe.first_matching(LineKind::Install, line.name);
    const GuardedText text("install " + line.name + " " + line.rest, line.origin.is_public);
    if (counts && counts->origin.text() != line.origin.text() &&
        !modprobe.blocking_install(line.name))
        drift.items.push_back(without_effect(line, line.name, text,
                                             "no effect: modprobe runs the install line of " +
                                                 counts->origin.text()));
    else if (catalog && catalog->has_softdeps(line.name))
        drift.items.push_back(without_effect(
            line, line.name, text,
            "no effect: the module has softdeps, and modprobe does not look at the install line of "
            "such a module"));
}

} // namespace

void find_line_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    auto catalog = Catalog::create(places.catalog());
    for (const auto &line : modprobe.lines())
        if (line.kind == LineKind::Unknown)
            tell_skipped(line, drift);
        else if (line.kind == LineKind::Blacklist && line.origin.on_command_line())
            check_blacklist(line, drift);
        else if (line.kind == LineKind::Install && loads_nothing(line) && check_name(line.name))
            check_mask(line, modprobe, catalog ? &catalog.value() : nullptr, drift);
}

} // namespace mk::engine
