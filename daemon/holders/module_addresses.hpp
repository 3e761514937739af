// SPDX-License-Identifier: GPL-2.0-only
// Symbols of one module in the running kernel.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <set>
#include <string>
#include <string_view>

#include "base/module_name.hpp"

namespace mk {

class ModuleAddresses {
  public:
    // @lines: as in /proc/kallsyms, "ffffffffc0a01230 t name	[module]".
    ModuleAddresses(const ModuleName &module, std::istream &lines);

    bool has_tracepoint(std::string_view name) const;
    // Whether one of its functions or variables begins there. False for everybody to whom the
    // kernel shows no addresses.
    bool has(std::uint64_t address) const { return addresses_.contains(address); }
    // A function of the kernel, from which programs of BPF count; 0: it is not known.
    std::uint64_t call_base() const { return call_base_; }

  private:
    std::set<std::string, std::less<>> tracepoints_;
    std::set<std::uint64_t> addresses_;
    std::uint64_t call_base_ = 0;
};

} // namespace mk
