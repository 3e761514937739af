// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_dump.hpp"

#include <fmt/format.h>
#include <linux/netfilter.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <set>

#include "base/folder.hpp"
#include "base/text_file.hpp"
#include "holders/bpf_objects.hpp"
#include "holders/module_addresses.hpp"

namespace mk {

namespace {

using namespace bpf;

// bpf_link_info as newer kernels have it.
struct LinkInfo {
    struct Tracing {
        __u32 attach_type;
        __u32 types; // of the target
    };
    struct Tracepoint {
        __u64 name;
        __u32 name_length;
    };
    struct PerfEvent {
        __u32 sort;
        __u32 pad;
        Tracepoint tracepoint;
    };
    struct Functions {
        __u64 addresses;
        __u32 count;
        __u32 flags;
    };
    struct Firewall {
        __u32 family;
        __u32 hook;
        __s32 priority;
        __u32 flags;
    };

    __u32 type;
    __u32 id;
    __u32 program;
    __u32 pad;
    union {
        Tracing tracing;
        Tracepoint tracepoint;
        PerfEvent perf_event;
        Functions functions;
        Firewall firewall;
        __u64 rest[8];
    };
};

// Values that older headers do not have.
constexpr __u32 link_of_perf_event = 7;
constexpr __u32 link_of_functions = 8; // "kprobe_multi"
constexpr __u32 link_of_firewall = 10;
constexpr __u32 perf_event_of_tracepoint = 5;
constexpr __u32 firewall_defragments = 1;

template <std::size_t size> std::string text_in(const char (&text)[size]) {
    return std::string(text, strnlen(text, size));
}

class BpfDump {
  public:
    explicit BpfDump(ModuleName module) : module_(std::move(module)) {}

    std::optional<std::vector<BpfUser>> run() {
        const bool has_links = each_id(BPF_LINK_GET_NEXT_ID, [&](auto id) { look_at_link(id); });
        const bool has_programs =
            each_id(BPF_PROG_GET_NEXT_ID, [&](auto id) { look_at_program(id); });
        const bool has_maps = each_id(BPF_MAP_GET_NEXT_ID, [&](auto id) { look_at_map(id); });
        if (!has_links || !has_programs || !has_maps)
            return std::nullopt;
        return std::move(users_);
    }

  private:
    // There are a great many symbols: they are read when something asks for one.
    const ModuleAddresses &symbols() {
        if (!symbols_) {
            std::ifstream kallsyms("/proc/kallsyms");
            symbols_.emplace(module_, kallsyms);
        }
        return *symbols_;
    }

    // A link to its functions or tracepoints; or one that keeps a program that uses them.
    void look_at_link(std::uint32_t id) {
        LinkInfo info{};
        const auto link = open_by_id(BPF_LINK_GET_FD_BY_ID, id);
        if (!read_info(link, info))
            return;
        std::string name;
        if (holds(link, info, name)) {
            users_.push_back({BpfUser::Kind::Link, id, std::move(name), true, {}});
            linked_.insert(info.program);
        } else {
            others_.push_back({id, info.program});
        }
    }

    bool holds(const Descriptor &link, const LinkInfo &info, std::string &name) {
        switch (info.type) {
        case BPF_LINK_TYPE_TRACING:
            return module_of_types(info.tracing.types) == module_;
        case BPF_LINK_TYPE_RAW_TRACEPOINT:
            name = tracepoint_of(link, in_link);
            return symbols().has_tracepoint(name);
        case link_of_perf_event:
            if (info.perf_event.sort != perf_event_of_tracepoint)
                return false;
            name = tracepoint_of(link, in_perf_event);
            return symbols().has_tracepoint(name);
        case link_of_functions:
            return has_functions(link, info.functions.count);
        case link_of_firewall:
            return (info.firewall.flags & firewall_defragments) != 0 &&
                   module_ ==
                       (info.firewall.family == NFPROTO_IPV6 ? "nf_defrag_ipv6" : "nf_defrag_ipv4");
        default:
            return false;
        }
    }

    using Place = LinkInfo::Tracepoint &(*)(LinkInfo &);

    static LinkInfo::Tracepoint &in_link(LinkInfo &info) { return info.tracepoint; }
    static LinkInfo::Tracepoint &in_perf_event(LinkInfo &info) {
        return info.perf_event.tracepoint;
    }

    static std::string tracepoint_of(const Descriptor &link, Place place) {
        std::array<char, 128> name{};
        LinkInfo info{};
        place(info).name = reinterpret_cast<std::uintptr_t>(name.data());
        place(info).name_length = name.size();
        return read_info(link, info) ? name.data() : "";
    }

    bool has_functions(const Descriptor &link, std::uint32_t count) {
        constexpr std::uint32_t most = 1U << 20;
        std::vector<__u64> addresses(std::min(count, most));
        LinkInfo info{};
        info.functions.addresses = reinterpret_cast<std::uintptr_t>(addresses.data());
        info.functions.count = static_cast<__u32>(addresses.size());
        read_info(link, info);
        return std::ranges::any_of(addresses,
                                   [&](__u64 address) { return symbols().has(address); });
    }

    void look_at_program(std::uint32_t id) {
        bpf_prog_info info{};
        const auto program = open_by_id(BPF_PROG_GET_FD_BY_ID, id);
        if (!read_info(program, info))
            return;
        const bool is_attached = module_of_types(info.attach_btf_obj_id) == module_;
        if (!is_attached && !calls_module(program, info.xlated_prog_len))
            return;
        // A link to a function of the module holds it on older kernels, its program on newer ones.
        const bool has_link = linked_.contains(id);
        users_.push_back({BpfUser::Kind::Program, id, text_in(info.name), !has_link, {}});
        for (const auto &[link, linked] : others_)
            if (linked == id)
                users_.push_back({BpfUser::Kind::Link, link, text_in(info.name), false, {}});
    }

    // Whether it calls a function of the module.
    bool calls_module(const Descriptor &program, std::uint32_t size) {
        constexpr std::uint32_t most = 64U << 20;
        constexpr unsigned of_module = 2; // BPF_PSEUDO_KFUNC_CALL
        if (size > most)
            return false;
        std::vector<bpf_insn> instructions(size / sizeof(bpf_insn));
        bpf_prog_info info{};
        info.xlated_prog_insns = reinterpret_cast<std::uintptr_t>(instructions.data());
        info.xlated_prog_len = static_cast<__u32>(instructions.size() * sizeof(bpf_insn));
        if (!read_info(program, info) || info.xlated_prog_insns == 0)
            return false;
        return std::ranges::any_of(instructions, [&](const bpf_insn &one) {
            if (one.code != (BPF_JMP | BPF_CALL) || one.src_reg != of_module ||
                symbols().call_base() == 0)
                return false;
            const auto target = symbols().call_base() +
                                static_cast<std::uint64_t>(static_cast<std::int64_t>(one.imm));
            return symbols().has(target);
        });
    }

    // Operations of the kernel that programs stand in for, if the module has their type. Older
    // kernels have no such, and older headers no field for it: it is the one before map_extra.
    void look_at_map(std::uint32_t id) {
        bpf_map_info info{};
        if (!read_info(open_by_id(BPF_MAP_GET_FD_BY_ID, id), info) ||
            info.type != BPF_MAP_TYPE_STRUCT_OPS)
            return;
        __u32 types = 0;
        std::memcpy(&types,
                    reinterpret_cast<const char *>(&info) + offsetof(bpf_map_info, map_extra) -
                        sizeof types,
                    sizeof types);
        if (module_of_types(types) == module_)
            users_.push_back({BpfUser::Kind::Map, id, text_in(info.name), true, {}});
    }

    struct OtherLink {
        std::uint32_t id;
        std::uint32_t program;
    };

    ModuleName module_;
    std::optional<ModuleAddresses> symbols_;
    std::vector<BpfUser> users_;
    std::set<std::uint32_t> linked_; // programs of links that hold the module
    std::vector<OtherLink> others_;
};

// Looks for the places of what is kept by a name: the same file says there what it is.
void add_pins(std::vector<BpfUser> &users) {
    constexpr std::size_t most = 1000;
    std::vector<std::string> folders = {"/sys/fs/bpf"};
    for (std::size_t seen = 0; !folders.empty() && seen < most;) {
        const auto folder = folders.back();
        folders.pop_back();
        for (const auto &name : readable_entries(folder)) {
            auto path = fmt::format("{}/{}", folder, name);
            if (++seen > most)
                break;
            const auto object = open_pinned(path);
            if (!object) {
                if (entries(path))
                    folders.push_back(std::move(path));
                continue;
            }
            const auto info =
                read_text("/proc/self/fdinfo/" + std::to_string(object.get())).value_or("");
            for (auto &user : users)
                if (is_described(user, info))
                    user.pinned = path;
        }
    }
}

} // namespace

bool is_described(const BpfUser &user, std::string_view descriptor) {
    const char *key = user.kind == BpfUser::Kind::Link      ? "link_id"
                      : user.kind == BpfUser::Kind::Program ? "prog_id"
                                                            : "map_id";
    const bool is_link = descriptor.find("link_id:") != std::string_view::npos;
    if (is_link && user.kind == BpfUser::Kind::Program)
        return false; // a link also says which program it has
    const auto wanted = key + std::string(":\t") + std::to_string(user.id);
    const auto lines = split(descriptor, "\n");
    return std::ranges::find(lines, wanted) != lines.end();
}

std::optional<std::vector<BpfUser>> bpf_users(const ModuleName &module) {
    auto users = BpfDump(module).run();
    if (users && !users->empty())
        add_pins(*users);
    return users;
}

} // namespace mk
