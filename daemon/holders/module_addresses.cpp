// SPDX-License-Identifier: GPL-2.0-only
#include "holders/module_addresses.hpp"

#include <charconv>
#include <istream>

namespace mk {

namespace {

std::uint64_t address_in(std::string_view line) {
    std::uint64_t address = 0;
    std::from_chars(line.data(), line.data() + line.size(), address, 16);
    return address;
}

} // namespace

ModuleAddresses::ModuleAddresses(const ModuleName &module, std::istream &lines) {
    constexpr std::string_view tracepoint = "__tracepoint_";
    const auto end = "\t[" + module + "]";
    for (std::string line; std::getline(lines, line);) {
        if (line.ends_with(" __bpf_call_base"))
            call_base_ = address_in(line);
        if (!line.ends_with(end))
            continue;
        if (const auto address = address_in(line); address != 0)
            addresses_.insert(address);
        line.resize(line.size() - end.size());
        const auto name = std::string_view(line).substr(line.rfind(' ') + 1);
        if (name.starts_with(tracepoint))
            tracepoints_.emplace(name.substr(tracepoint.size()));
    }
}

bool ModuleAddresses::has_tracepoint(std::string_view name) const {
    return tracepoints_.find(name) != tracepoints_.end();
}

} // namespace mk
