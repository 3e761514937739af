// SPDX-License-Identifier: GPL-2.0-only
#include "holders/find_holders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/suggestion.hpp"
#include "driver_client/dev_node_client.hpp"
#include "driver_client/device.hpp"
#include "holders/ipmi_users.hpp"
#include "holders/remedies.hpp"
#include "holders/remote_mounts.hpp"
#include "holders/search.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

// As a refused unload says it.
Error not_loaded(const ModuleName &name, const HolderPlaces &places) {
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

void ask_catalog(HolderSearch &search, const CatalogPlaces &places) {
    auto catalog = Catalog::create(places);
    auto file = catalog ? catalog.value().find(search.module.name.str())
                        : Result<ModuleFile>(catalog.error());
    if (!file)
        return;
    search.aliases = std::move(file.value().aliases);
    search.file = std::move(file.value().path);
}

void ask_driver(HolderSearch &search, HolderList &list) {
    if (!search.root.empty())
        return;
    const auto device = driver::Device::open();
    std::vector<driver::DeviceId> nodes;
    for (const auto *names : {&search.holding, &search.terminals})
        for (const auto &[node, name] : *names)
            nodes.push_back(node);
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    auto holders = device ? device.value().holders(search.module.name, nodes)
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

void ask_networks(HolderSearch &search, HolderList &list) {
    auto networks = read_networks(network_interest(search.module.name, search.aliases));
    search.networks = std::move(networks.all);
    if (networks.left_out)
        list.unchecked.emplace_back("not all network namespaces were looked into");
    if (networks.hides_rules)
        list.unchecked.emplace_back("rules of the firewall are shown to root only");
    if (networks.hides_associations)
        list.unchecked.emplace_back("what IPsec is set up for is shown to root only");
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
    search.now_ns = boottime_ns();
}

// What the finders go by, as far as it may matter for this module.
void gather(HolderSearch &search, HolderList &list, const CatalogPlaces &catalog) {
    const auto &name = search.module.name;
    ask_catalog(search, catalog);
    search.nodes = device_facts(name, search.aliases, search.root).nodes;
    search.holding = holding_nodes(search.nodes, search.root);
    const bool has_discipline = std::ranges::any_of(
        search.aliases, [](const std::string &alias) { return alias.starts_with("tty-ldisc-"); });
    if (has_discipline)
        search.terminals = terminal_nodes(search.root);
    if (search.root.empty()) {
        ask_networks(search, list);
        // that opens a file of dm_mod for a moment, after its references were counted
        if (name.starts_with("dm_") || name.starts_with("raid"))
            search.mapped = mapped_disks();
        if (is_quota_format(name))
            search.quotas = quotas_in_use(search.root);
    }
    ask_driver(search, list);
    if (search.driver && is_vsock_transport(name))
        if (const auto device = driver::Device::open())
            if (const auto sockets = device.value().holders(ModuleName("vsock"), {}))
                search.vsock = read_vsock_sockets(sockets.value());
}

// The kernel says how many use an algorithm, not who.
void find_who_uses_algorithms(HolderSearch &search, HolderList &list) {
    if (!search.root.empty() ||
        std::ranges::find(list.holders, HolderKind::Algorithm, &Holder::kind) == list.holders.end())
        return;
    if (const auto device = driver::Device::open())
        if (auto sockets = device.value().holders(ModuleName("af_alg"), {}))
            search.cryptography = sockets.take();
    search.mapped = mapped_disks();
    find_algorithm_users(search, list);
}

bool measures_by_perf(const HolderSearch &search) {
    return !search.file.empty() && std::ranges::find(search.special, "anon_inode:[perf_event]",
                                                     &SpecialFile::target) != search.special.end();
}

// What takes longer, or is not certain, comes if something is left to explain.
void find_rest(HolderSearch &search, HolderList &list) {
    if (list.explained() < list.references)
        search.special = special_files(search.root);
    if (search.root.empty() && list.explained() < list.references) {
        search.bpf = bpf_users(search.module.name);
        find_bpf_programs(search, list);
        find_tracing(search, list);
        search.has_counters = measures_by_perf(search) && registers_counters(search.file);
        find_perf_events(search, list);
    }
    find_shared_buffers(search, list);
    find_kept_files(search, list);
    if (search.driver && list.explained() < list.references) {
        read_changes(search);
        find_kernel_code(search, list);
    }
}

HolderList holders_of(const LoadedModule &module, const std::vector<LoadedModule> &loaded,
                      const HolderPlaces &places) {
    HolderSearch search;
    search.root = places.root;
    search.loaded = loaded;
    search.module = module;
    HolderList list{module.name, module.references, {}, {}};
    if (!list.is_held())
        return list;
    gather(search, list, places.catalog);
    for (const auto find :
         {find_using_modules,      find_open_files,       find_mounts,        find_stored_files,
          find_block_users,        find_protocol_sockets, find_netlink_users, find_algorithms,
          find_congestion_control, find_traffic,          find_netfilter,     find_xtables,
          find_associations,       find_routes,           find_vsock_users,   find_sound_timers,
          find_governors,          find_schedulers,       find_settings,      find_consoles,
          find_livepatches,        find_line_disciplines, find_node_files,    find_core_references,
          find_watchdogs,          find_kernel_servers,   find_interfaces,    find_quotas,
          find_sequencer_ports,    find_zswap_pools,      find_remote_mounts, find_switch_ports,
          find_driven_devices,     find_ipmi_users})
        find(search, list);
    find_who_uses_algorithms(search, list);
    find_rest(search, list);
    add_remedies(search, list);
    return list;
}

bool is_same(const Holder &one, const Holder &other) {
    return one.kind == other.kind && one.what == other.what && one.pid == other.pid &&
           one.fd == other.fd && one.mount_point == other.mount_point;
}

// What holds the modules that use it: these cannot be unloaded before that ends.
void add_holders_of_users(const std::vector<LoadedModule> &loaded, const HolderPlaces &places,
                          HolderList &list) {
    constexpr int most = 4; // each takes as long as the search for the module itself
    int looked_at = 0;
    const auto own = list.holders;
    for (const auto &user : own) {
        const auto module = std::ranges::find(loaded, user.what, &LoadedModule::name);
        if (user.kind != HolderKind::Module || module == loaded.end() ||
            module->references <= module->used_by.size() || ++looked_at > most)
            continue;
        for (auto &holder : holders_of(*module, loaded, places).holders) {
            const bool is_known = std::ranges::any_of(
                list.holders, [&](const Holder &known) { return is_same(known, holder); });
            if (is_known || list.holders.size() >= HolderSearch::holders_max)
                continue;
            holder.references = 0;
            list.holders.push_back(std::move(holder));
        }
    }
}

} // namespace

Result<HolderList> find_holders(const ModuleName &name, const HolderPlaces &places) {
    TRY(check_name(name));
    const auto loaded = LoadedModules(places.root).list();
    const auto found = std::ranges::find(loaded, name, &LoadedModule::name);
    if (found == loaded.end())
        return not_loaded(name, places);
    auto list = holders_of(*found, loaded, places);
    add_holders_of_users(loaded, places, list);
    return list;
}

} // namespace mk
