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
                     "nothing to set: neither now nor for the next load"};
    auto table = TRY(parameter_table(places, request.module, NearNames::LookedFor));
    if (request.module != table.module)
        return alias_refused(request.module, table.module);
    auto row = TRY(find_parameter(places, table, request.parameter, request.value));
    if (request.persistent && table.state == LoadState::BuiltIn)
        return Error{ErrorCode::BuiltIn,
                     fmt::format("module {} is built into the kernel, which does not read "
                                 "modprobe.d; put {}.{}={} on the kernel command line",
                                 table.module, table.module, row.name, request.value)};
    TRY(check_value(places, table, row, request.value));
    Changes changes;
    if (request.runtime) {
        auto written = write_parameter(places, table, row, request.value);
        if (!written)
            return written;
        changes = std::move(written.value());
    }
    if (!request.persistent)
        return changes;
    auto kept = persist_parameter(places, table.module, row.name, request.value);
    if (!kept && request.runtime)
        return Error{kept.error().code,
                     fmt::format("parameter {} of module {} is set now, but not for the next load: "
                                 "{}",
                                 row.name, table.module, kept.error().message)};
    if (!kept)
        return kept;
    for (auto &change : kept.value())
        changes.push_back(std::move(change));
    return changes;
}

} // namespace mk
