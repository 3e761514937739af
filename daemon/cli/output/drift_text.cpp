// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/drift_text.hpp"

#include <fmt/format.h>

#include "base/terminal.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/table.hpp"

namespace mk::cli {

Json json_of(const DriftItem &item) {
    return object({{"kind", std::string(drift_name(item.kind))},
                   {"module", text_or_null(item.module)},
                   {"subject", text_or_null(item.subject.text())},
                   {"configured", item.configured.text()},
                   {"running", item.running.text()},
                   {"where", item.where},
                   {"remedy", item.remedy.text()},
                   {"applicable", item.applicable}});
}

Json json_of(const Drift &drift) {
    Json items = Json::array();
    for (const DriftItem &item : drift.items)
        items.push_back(json_of(item));
    return object({{"drift", std::move(items)}, {"unchecked", drift.unchecked}});
}

std::string subject_of(const DriftItem &item) {
    switch (item.kind) {
    case DriftKind::Parameter:
    case DriftKind::UnknownParameter:
        return fmt::format("parameter {} of {}", item.subject.text(), item.module);
    case DriftKind::InitramfsConfiguration:
        return item.subject.text();
    case DriftKind::NoEffect:
        return item.subject.empty()
                   ? "line " + item.configured.text()
                   : fmt::format("parameter {} of {}", item.subject.text(), item.module);
    default:
        return "module " + item.module;
    }
}

std::string text_of(const Drift &drift, bool legend) {
    Table table({{"KIND"}, {"OF"}, {"CONFIGURED"}, {"RUNNING"}, {"BY"}, {"NEXT"}});
    for (const DriftItem &item : drift.items)
        table.add({std::string(drift_name(item.kind)), subject_of(item), item.configured.text(),
                   item.running.text(), item.where, item.remedy.text()});
    return table.text(legend);
}

void tell_unchecked(const Drift &drift) {
    for (const std::string &text : drift.unchecked)
        note("not checked: " + text);
}

} // namespace mk::cli
