// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_objects.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace mk::bpf {

int call(bpf_cmd command, bpf_attr &attributes) {
    return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

Descriptor open_by_id(bpf_cmd command, std::uint32_t id) {
    bpf_attr attributes{};
    attributes.prog_id = id; // the same place for all sorts
    return Descriptor(call(command, attributes));
}

Descriptor open_pinned(const std::string &path) {
    bpf_attr attributes{};
    attributes.pathname = reinterpret_cast<std::uintptr_t>(path.c_str());
    attributes.file_flags = BPF_F_RDONLY;
    Descriptor object(call(BPF_OBJ_GET, attributes));
    if (object)
        return object;
    attributes.file_flags = 0; // links are never read-only
    return Descriptor(call(BPF_OBJ_GET, attributes));
}

std::string module_of_types(std::uint32_t id) {
    std::array<char, 64> name{};
    bpf_btf_info info{};
    info.name = reinterpret_cast<std::uintptr_t>(name.data());
    info.name_len = name.size();
    if (id == 0)
        return {};
    return read_info(open_by_id(BPF_BTF_GET_FD_BY_ID, id), info) ? name.data() : "";
}

} // namespace mk::bpf
