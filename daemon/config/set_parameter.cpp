// SPDX-License-Identifier: GPL-2.0-only
#include "config/set_parameter.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "config/alias_refusal.hpp"
#include "config/modprobe_options.hpp"
#include "config/parameter_write.hpp"

namespace mk {

Result<Changes> set_parameter(const ConfigurationPlaces &places, const SetRequest &request) {
    if (!request.runtime && !request.persistent)
        return Error{ErrorCode::InvalidArgument,
                     "neither now nor at the next load: there is nothing to set"};
    auto table = parameter_table(places, request.module);
    if (!table)
        return table.error();
    if (const auto named = canonical_name(request.module); named != table.value().module)
        return alias_refused(named, table.value().module);
    auto row = find_parameter(places, table.value(), request.parameter, request.value);
    if (!row)
        return row.error();
    if (request.persistent && table.value().state == LoadState::BuiltIn)
        return Error{ErrorCode::BuiltIn,
                     fmt::format("module {} is built into the kernel, which does not read "
                                 "modprobe.d; put {}.{}={} on the kernel's command line",
                                 table.value().module, table.value().module, row.value().name,
                                 request.value)};
    if (auto checked = check_value(places, table.value(), row.value(), request.value); !checked)
        return checked.error();
    Changes changes;
    if (request.runtime) {
        auto written = write_parameter(places, table.value(), row.value(), request.value);
        if (!written)
            return written;
        changes = std::move(written.value());
    }
    if (!request.persistent)
        return changes;
    auto kept = persist_parameter(places, table.value().module, row.value().name, request.value);
    if (!kept && request.runtime)
        return Error{kept.error().code,
                     fmt::format("parameter {} of module {} is set now, but not for the next load: "
                                 "{}",
                                 row.value().name, table.value().module, kept.error().message)};
    if (!kept)
        return kept;
    for (auto &change : kept.value())
        changes.push_back(std::move(change));
    return changes;
}

} // namespace mk
