// SPDX-License-Identifier: GPL-2.0-only
#include "holders/find_holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/module_name.hpp"
#include "base/suggestion.hpp"
#include "driver_client/dev_node_client.hpp"
#include "driver_client/device.hpp"
#include "holders/search.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

// As a refused unload says it.
Error not_loaded(const std::string &name, const HolderPlaces &places) {
    const LoadedModules loaded(places.root);
    if (loaded.state(name) == LoadState::BuiltIn)
        return {ErrorCode::BuiltIn,
                fmt::format("module {} is built into the kernel: nothing can unload it", name)};
    Error error{ErrorCode::NotLoaded, fmt::format("module {} is not loaded", name)};
    error.facts.module = name;
    auto catalog = Catalog::create(places.catalog);
    if (!catalog || catalog.value().knows(name))
        return error;
    std::vector<std::string> names;
    for (const auto &module : loaded.list())
        names.push_back(module.name);
    const auto near = nearest(name, names);
    error.code = ErrorCode::NotFound;
    error.message += ", and no module of that name is installed";
    error.message += near.empty() ? "" : "; did you mean " + quote(near) + "?";
    return error;
}

std::vector<std::string> aliases_of(const std::string &name, const CatalogPlaces &places) {
    auto catalog = Catalog::create(places);
    const auto file = catalog ? catalog.value().find(name) : Result<ModuleFile>(catalog.error());
    return file ? file.value().aliases : std::vector<std::string>();
}

void ask_driver(HolderSearch &search, HolderList &list) {
    if (!search.root.empty())
        return;
    const auto device = driver::Device::open();
    auto holders = device ? device.value().holders(search.module.name)
                          : Result<driver::Holders>(device.error());
    if (!holders) {
        list.unchecked.push_back("open files are known only as far as /proc shows them: " +
                                 holders.error().message);
        return;
    }
    if (holders.value().cut)
        list.unchecked.emplace_back("the driver left out open files: there are too many");
    search.driver = holders.take();
}

// Only if something is left to explain: the record is long. Where it cannot be read, the driver has
// not told open files either, which was said.
void read_changes(HolderSearch &search) {
    driver::DevNodeClient driver;
    const auto read = driver.each_record([&](driver::Event &event) {
        const auto *change = event.as<driver::ReferenceChange>();
        if (driver::module_of(event) != search.module.name)
            return true;
        if (event.kind == driver::EventKind::LoadBegin) // what came before is of another one
            search.changes.clear();
        if (change)
            search.changes.push_back({change->caller, change->got, event.boottime_ns});
        return true;
    });
    if (!read)
        search.changes.clear();
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    search.now_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                    static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace

Result<HolderList> find_holders(const std::string &given, const HolderPlaces &places) {
    TRY(check_name(given));
    const auto name = canonical_name(given);
    HolderSearch search;
    search.root = places.root;
    search.loaded = LoadedModules(places.root).list();
    const auto found = std::ranges::find(search.loaded, name, &LoadedModule::name);
    if (found == search.loaded.end())
        return not_loaded(name, places);
    search.module = *found;
    HolderList list{name, found->references, {}, {}};
    if (!list.is_held())
        return list;
    search.aliases = aliases_of(name, places.catalog);
    search.nodes = device_facts(name, search.aliases, places.root).nodes;
    if (name.starts_with("sch_") && places.root.empty())
        search.qdiscs = dump_qdiscs();
    ask_driver(search, list);
    for (const auto find : {find_using_modules, find_open_files, find_mounts, find_block_users,
                            find_protocol_sockets, find_algorithms, find_congestion_control,
                            find_qdiscs, find_consoles, find_livepatches, find_node_files})
        find(search, list);
    if (search.driver && list.explained() < list.references) {
        read_changes(search);
        find_kernel_code(search, list);
    }
    return list;
}

} // namespace mk
