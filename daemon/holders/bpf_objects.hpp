// SPDX-License-Identifier: GPL-2.0-only
// Questions to the kernel about objects of BPF: programs, links, maps, descriptions of types.
#pragma once

#include <linux/bpf.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/descriptor.hpp"

namespace mk::bpf {

// The system call.
int call(bpf_cmd command, bpf_attr &attributes);

Descriptor open_by_id(bpf_cmd command, std::uint32_t id);
// What somebody gave a name below /sys/fs/bpf.
Descriptor open_pinned(const std::string &path);

// False: it went away, or may not be asked. @info may be longer than what this kernel knows of.
template <typename Info> bool read_info(const Descriptor &object, Info &info) {
    bpf_attr attributes{};
    attributes.info.bpf_fd = static_cast<__u32>(object.get());
    attributes.info.info_len = sizeof info;
    attributes.info.info = reinterpret_cast<std::uintptr_t>(&info);
    return object && call(BPF_OBJ_GET_INFO_BY_FD, attributes) == 0;
}

// Calls @take for each id of a sort. False: nobody may ask for them.
template <typename Take> bool each_id(bpf_cmd next, Take take) {
    constexpr std::uint32_t most = 10'000;
    bpf_attr attributes{};
    for (std::uint32_t count = 0; count < most; ++count) {
        if (call(next, attributes) != 0)
            return errno == ENOENT;
        take(attributes.next_id);
        attributes.start_id = attributes.next_id;
    }
    return true;
}

// The module that a description of types belongs to; "": none.
std::string module_of_types(std::uint32_t id);

} // namespace mk::bpf
