// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_dump.hpp"

#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/descriptor.hpp"

namespace mk {

namespace {

constexpr std::uint32_t most = 10'000;

int call(bpf_cmd command, bpf_attr &attributes) {
    return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

Descriptor open_by_id(bpf_cmd command, std::uint32_t id) {
    bpf_attr attributes{};
    attributes.prog_id = id; // the same place for all sorts
    return Descriptor(call(command, attributes));
}

// False: it went away, or may not be asked.
template <typename Info> bool read_info(const Descriptor &object, Info &info) {
    bpf_attr attributes{};
    attributes.info.bpf_fd = static_cast<__u32>(object.get());
    attributes.info.info_len = sizeof info;
    attributes.info.info = reinterpret_cast<std::uintptr_t>(&info);
    return object && call(BPF_OBJ_GET_INFO_BY_FD, attributes) == 0;
}

// Calls @take for each id of a sort. False: nobody may ask for them.
template <typename Take> bool each_id(bpf_cmd next, Take take) {
    bpf_attr attributes{};
    for (std::uint32_t count = 0; count < most; ++count) {
        if (call(next, attributes) != 0)
            return errno == ENOENT;
        take(attributes.next_id);
        attributes.start_id = attributes.next_id;
    }
    return true;
}

// The module that a description of types belongs to.
std::string module_of_types(std::uint32_t id) {
    std::array<char, 64> name{};
    bpf_btf_info info{};
    info.name = reinterpret_cast<std::uintptr_t>(name.data());
    info.name_len = name.size();
    const auto types = open_by_id(BPF_BTF_GET_FD_BY_ID, id);
    return id != 0 && read_info(types, info) ? std::string(name.data()) : std::string();
}

bool has_tracepoint(const std::string &module, const std::string &name) {
    const auto wanted = fmt::format(" __tracepoint_{}\t[{}]", name, module);
    std::ifstream symbols("/proc/kallsyms");
    for (std::string line; std::getline(symbols, line);)
        if (line.ends_with(wanted))
            return true;
    return false;
}

void look_at_link(const std::string &module, std::uint32_t id, std::vector<BpfUser> &users) {
    std::array<char, 128> name{};
    bpf_link_info info{};
    const auto link = open_by_id(BPF_LINK_GET_FD_BY_ID, id);
    if (!read_info(link, info))
        return;
    if (info.type == BPF_LINK_TYPE_TRACING &&
        module_of_types(info.tracing.target_obj_id) == module) {
        users.push_back({true, id, {}});
    } else if (info.type == BPF_LINK_TYPE_RAW_TRACEPOINT) {
        info = {};
        info.raw_tracepoint.tp_name = reinterpret_cast<std::uintptr_t>(name.data());
        info.raw_tracepoint.tp_name_len = name.size();
        if (read_info(link, info) && has_tracepoint(module, name.data()))
            users.push_back({true, id, name.data()});
    }
}

void look_at_program(const std::string &module, std::uint32_t id, std::vector<BpfUser> &users) {
    bpf_prog_info info{};
    const auto program = open_by_id(BPF_PROG_GET_FD_BY_ID, id);
    if (read_info(program, info) && module_of_types(info.attach_btf_obj_id) == module)
        users.push_back({false, id, std::string(info.name, strnlen(info.name, sizeof info.name))});
}

} // namespace

std::optional<std::vector<BpfUser>> bpf_users(const std::string &module) {
    std::vector<BpfUser> users;
    const bool has_links =
        each_id(BPF_LINK_GET_NEXT_ID, [&](std::uint32_t id) { look_at_link(module, id, users); });
    const bool has_programs = each_id(
        BPF_PROG_GET_NEXT_ID, [&](std::uint32_t id) { look_at_program(module, id, users); });
    return has_links && has_programs ? std::optional(users) : std::nullopt;
}

} // namespace mk
