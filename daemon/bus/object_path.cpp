// SPDX-License-Identifier: GPL-2.0-only
#include "bus/object_path.hpp"

#include <systemd/sd-bus.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace mk::bus {

namespace {

struct Free {
    void operator()(char *text) const { std::free(text); }
};
using Text = std::unique_ptr<char, Free>;

} // namespace

std::string module_path(const ModuleName &name) {
    char *path = nullptr;
    // Fails for want of memory only: every name can be encoded.
    if (sd_bus_path_encode(module_prefix, name.c_str(), &path) < 0)
        throw std::bad_alloc();
    return Text(path).get();
}

ModuleName module_of_path(const char *path) {
    char *name = nullptr;
    if (sd_bus_path_decode(path, module_prefix, &name) <= 0)
        return {};
    const Text text(name);
    ModuleName module(text.get());
    return module.str() == text.get() ? module : ModuleName();
}

const ModuleName &ObjectName::of(const char *path) {
    if (path_ != path) {
        path_ = path;
        name_ = module_of_path(path);
    }
    return name_;
}

} // namespace mk::bus
