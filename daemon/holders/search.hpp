// SPDX-License-Identifier: GPL-2.0-only
// Search for the holders of one module: what every finder is given. A finder adds what it finds to
// the list, and opens no file whose file system could keep it waiting.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/loaded_module.hpp"
#include "base/module_name.hpp"
#include "driver_client/holder_decoder.hpp"
#include "holders/bpf_dump.hpp"
#include "holders/holder.hpp"
#include "holders/mapped_targets.hpp"
#include "holders/network.hpp"
#include "holders/node_numbers.hpp"
#include "holders/quotas_dump.hpp"
#include "holders/special_files.hpp"
#include "holders/vsock_dump.hpp"
#include "system/module_devices.hpp"

namespace mk {

// A reference that code of the kernel took or gave back.
struct ReferenceRecord {
    std::string caller; // "function+0x12/0x34 [module]"
    bool got = false;
    std::uint64_t boottime_ns = 0;
};

struct HolderSearch {
    LoadedModule module;
    std::vector<LoadedModule> loaded;      // all modules
    std::string file;                      // "": it has none
    std::vector<std::string> aliases;      // of its file
    bool has_counters = false;             // for perf, if a process measures by it
    std::vector<DeviceNode> nodes;         // of its devices
    NodeNames holding;                     // of these, nodes that hold the driver while open
    std::optional<driver::Holders> driver; // what the driver says
    NodeNames terminals;                   // if it has a line discipline
    std::optional<std::vector<MappedDisk>> mapped; // disks of device-mapper, if it is part of it
    std::optional<driver::Holders> cryptography;   // who has a socket of it, if that may matter
    std::vector<Quota> quotas;                     // if it is a format of such
    std::optional<VsockSockets> vsock;             // if it is a transport of such sockets
    std::optional<std::vector<BpfUser>> bpf;       // if something was left to explain
    std::vector<SpecialFile> special;              // the same
    std::vector<ReferenceRecord> changes;          // of it, that the driver has recorded
    std::uint64_t now_ns = 0;                      // since boot, when they were read
    std::vector<Network> networks;                 // as far as they may hold the module
    // Put before every path; tests have one of their own.
    std::string root;

    // Bounds, beyond which a finder says that it has left something out.
    static constexpr std::size_t processes_max = 32768;
    static constexpr std::size_t descriptors_max = 1U << 20;
    static constexpr std::size_t namespaces_max = 512;
    static constexpr std::size_t holders_max = 10000;
};

// Modules that use it, and those that use these.
void find_using_modules(const HolderSearch &search, HolderList &list);
// What the driver says of open files, mappings and sockets.
void find_open_files(const HolderSearch &search, HolderList &list);
// Open files of device nodes whose operations belong to another module or to the kernel, if
// something is left to explain; without the driver, of all nodes.
void find_node_files(const HolderSearch &search, HolderList &list);
// Mounts of its file systems and from its disks, in every mount namespace.
void find_mounts(const HolderSearch &search, HolderList &list);
// Swap and loop devices over files on these; comes after it.
void find_stored_files(const HolderSearch &search, HolderList &list);
// Threads of its servers.
void find_kernel_servers(const HolderSearch &search, HolderList &list);
// Its disks as swap, behind loop devices and as parts of others, and what it makes up itself.
void find_block_users(const HolderSearch &search, HolderList &list);
// Sockets of its protocols that no process has open, or all of them without the driver.
void find_protocol_sockets(const HolderSearch &search, HolderList &list);
void find_algorithms(const HolderSearch &search, HolderList &list);
// Who may use them; comes after it.
void find_algorithm_users(const HolderSearch &search, HolderList &list);
// Security associations of IPsec: those that hold the module of their protocol, and those that have
// one of these algorithms in use.
void find_associations(const HolderSearch &search, HolderList &list);
void find_associations_with(const HolderSearch &search, const std::vector<std::string> &names,
                            HolderList &list);
// Pools of zswap; comes after modules that use it.
void find_zswap_pools(const HolderSearch &search, HolderList &list);
void find_zswap_with(const HolderSearch &search, const std::vector<std::string> &names,
                     HolderList &list);
// Disks of zram that may use them.
void find_zram_with(const HolderSearch &search, const std::vector<std::string> &names,
                    HolderList &list);
// Routes that put packets into tunnels of the module.
void find_routes(const HolderSearch &search, HolderList &list);
void find_congestion_control(const HolderSearch &search, HolderList &list);
// Queueing disciplines, filters and actions on network interfaces.
void find_traffic(const HolderSearch &search, HolderList &list);
// Network interfaces that stay, or have a mode of the module.
void find_interfaces(const HolderSearch &search, HolderList &list);
// Ports of Open vSwitch.
void find_switch_ports(const HolderSearch &search, HolderList &list);
// Rules of nftables; those of iptables' older interface, address sets, virtual services, timeout
// policies.
void find_netfilter(const HolderSearch &search, HolderList &list);
void find_xtables(const HolderSearch &search, HolderList &list);
void find_netlink_users(const HolderSearch &search, HolderList &list);
// Sockets between virtual machines that it carries.
void find_vsock_users(const HolderSearch &search, HolderList &list);
bool is_vsock_transport(const ModuleName &module);
// Who uses timers of it or of its sound cards.
void find_sound_timers(const HolderSearch &search, HolderList &list);
// Ports of the sequencer of sound that are connected.
void find_sequencer_ports(const HolderSearch &search, HolderList &list);
// Quotas of its format.
void find_quotas(const HolderSearch &search, HolderList &list);
bool is_quota_format(const ModuleName &module);
// Processors whose frequency it governs.
void find_governors(const HolderSearch &search, HolderList &list);
// Disks whose requests it orders.
void find_schedulers(const HolderSearch &search, HolderList &list);
// Terminals with a line discipline of it.
void find_line_disciplines(const HolderSearch &search, HolderList &list);
// What was set up in configfs.
void find_settings(const HolderSearch &search, HolderList &list);
// What the cores of subsystems take besides; comes after open files.
void find_core_references(const HolderSearch &search, HolderList &list);
// Devices that hold it while a driver has them.
void find_driven_devices(const HolderSearch &search, HolderList &list);
// Comes after open files.
void find_watchdogs(const HolderSearch &search, HolderList &list);
void find_consoles(const HolderSearch &search, HolderList &list);
void find_livepatches(const HolderSearch &search, HolderList &list);
// Programs and links of BPF on its functions.
void find_bpf_programs(const HolderSearch &search, HolderList &list);
bool has_tracepoints(const HolderSearch &search);
// Orders to switch its tracepoints on, if something is left to explain.
void find_tracing(const HolderSearch &search, HolderList &list);
// Processes that measure by perf, if something is left to explain and it has tracepoints or
// counters, which its file tells.
void find_perf_events(const HolderSearch &search, HolderList &list);
bool registers_counters(const std::string &file);
// Its files that no descriptor leads to, if something is left to explain.
void find_kept_files(const HolderSearch &search, HolderList &list);
// Buffers that it shares, if something is left to explain.
void find_shared_buffers(const HolderSearch &search, HolderList &list);
// Comes last: it looks for what the others have not found.
void find_kernel_code(const HolderSearch &search, HolderList &list);

} // namespace mk
