// SPDX-License-Identifier: GPL-2.0-only
#include "explain/why.hpp"

#include <algorithm>

#include "base/module_name.hpp"
#include "kmod/catalog.hpp"

namespace mk {

namespace {

// The module that is meant: a name, or the first that an alias leads to and that was seen.
std::string meant_by(const std::string &target, Result<Catalog> &catalog,
                     const std::vector<driver::Event> &events) {
    std::string name = canonical_name(target);
    const auto seen = [&](const std::string &module) {
        return std::any_of(events.begin(), events.end(), [&](const driver::Event &event) {
            return driver::module_of(event) == module;
        });
    };
    const LoadedModules kernel;
    if (seen(name) || !catalog || (check_name(name) && kernel.find(name)))
        return name;
    const auto modules = catalog.value().resolve_names(target);
    if (!modules)
        return name;
    for (const std::string &module : modules.value())
        if (seen(module))
            return module;
    return modules.value().front();
}

// A module that nobody has heard of is another thing than one that was never loaded.
Error never_seen(const std::string &target, const std::string &name, LoadState state,
                 Result<Catalog> &catalog) {
    if (state == LoadState::BuiltIn)
        return {ErrorCode::BuiltIn,
                "module " + name + " is built into the kernel: nobody loads it"};
    if (!catalog)
        return catalog.error();
    if (auto file = catalog.value().find(target); !file)
        return file.error();
    return {ErrorCode::NotFound, "module " + name +
                                     " is not loaded, and nobody tried to load it in the time that "
                                     "the record tells of"};
}

} // namespace

Result<Why> why_of(const std::string &target, const std::vector<driver::Event> &events,
                   const FindCaller &find_caller) {
    if (auto checked = check_load_target(target); !checked)
        return checked.error();
    auto catalog = Catalog::create();
    const std::string name = meant_by(target, catalog, events);
    const LoadedModules kernel;
    Why why;
    why.history = history_of(
        name, events, [&](const std::string &one) { return kernel.holders(one); },
        [&](const std::string &one) { return kernel.uses(one); });
    if (why.history.cause == Cause::Daemon && why.history.end)
        why.history.caller = find_caller(why.history);
    if (check_name(name))
        why.state = kernel.state(name);
    if (!why.history.is_known() && !why.history.failed_since && !is_in_kernel(why.state))
        return never_seen(target, name, why.state, catalog);
    if (catalog && (why.history.cause == Cause::Udev || why.history.cause == Cause::Unknown))
        why.devices = devices_of(catalog.value(), name);
    return why;
}

} // namespace mk
