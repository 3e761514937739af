// SPDX-License-Identifier: GPL-2.0-only
#include "explain/configured_refusal.hpp"

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

Diagnoses configured_refusals(Catalog &catalog, const std::string &module) {
    Diagnoses found;
    const auto add = [&](Cause cause, const std::string &reason, const std::string &remedy) {
        auto &one = found.emplace_back(failure(cause, {}, reason, remedy));
        one.subject = module;
    };
    if (const auto line = catalog.configuration().blocking_install(module)) {
        const GuardedText command{line->rest, line->origin.is_public};
        add(Cause::ReplacedByCommand,
            fmt::format("{} puts the command {} in its place, which loads nothing",
                        line->origin.text(), quote(command.for_everybody())),
            "remove that line, or modkeeper load --ignore-install " + as_word(module));
    }
    if (const auto origin = catalog.blacklisted_by(module); !origin.empty())
        add(Cause::Blacklisted,
            fmt::format("{} blacklists it, so that neither a device nor modkeeper load loads it",
                        origin),
            "remove that line, or modkeeper load --ignore-blacklist " + as_word(module));
    return found;
}

} // namespace mk
