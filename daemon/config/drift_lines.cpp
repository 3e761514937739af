// SPDX-License-Identifier: GPL-2.0-only
// Lines of modprobe.d without effect: lines that kmod skips silently, and masks that do not hold.
#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "config/drift.hpp"
#include "kmod/line_effect.hpp"

namespace mk {

namespace {

bool is_mask(const ModprobeLine &line) {
    return line.kind == LineKind::Install && loads_nothing(line) && check_name(line.name);
}

// Values are compared with those in the kernel elsewhere; this is about lines that no module gets.
bool is_looked_at(const ModprobeLine &line) {
    return line.kind == LineKind::Unknown || line.kind == LineKind::Blacklist || is_mask(line) ||
           (line.kind == LineKind::Options && is_pattern(line.name));
}

ModuleName module_of(const ModprobeLine &line) {
    return line.kind == LineKind::Unknown ? ModuleName() : ModuleName(line.name);
}

std::string text_of(const ModprobeLine &line) {
    if (line.kind == LineKind::Unknown)
        return line.name + " ...";
    if (line.origin.on_command_line())
        return "modprobe.blacklist=" + line.name;
    if (line.kind == LineKind::Options)
        return "options " + line.name + " " + line.rest;
    return line.kind == LineKind::Blacklist
               ? "blacklist " + line.name + (line.passed_over.empty() ? "" : " ") + line.passed_over
               : "install " + line.name + " " + line.rest;
}

} // namespace

void find_line_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto modprobe = ModprobeConfiguration::read(places);
    auto catalog = Catalog::create(places.catalog());
    for (const auto &line : modprobe.lines()) {
        if (!is_looked_at(line))
            continue;
        auto verdict = judge_line(line, modprobe, catalog ? &catalog.value() : nullptr);
        // an earlier mask does the same
        if (verdict.why.empty() ||
            (verdict.effect == LineEffect::Overridden && modprobe.blocking_install(line.name)))
            continue;
        drift.items.push_back(
            {DriftKind::NoEffect,
             ModuleName(line.origin.guard(module_of(line)).for_everybody()),
             {},
             line.origin.guard(text_of(line)),
             line.origin.guard(
                 (verdict.effect == LineEffect::Counts ? "no effect in part: " : "no effect: ") +
                 verdict.why),
             line.origin.text(),
             {line.origin.on_command_line() ? "change it on the kernel command line"
                                            : "sudoedit " + line.origin.file,
              true}});
    }
}

} // namespace mk
