// SPDX-License-Identifier: GPL-2.0-only
// The loaded modules as libkmod tells them. It knows no taints: those come from sysfs.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <libkmod.h>
#include <system_error>

#include "contenders.hpp"
#include "sysfs_file.hpp"
#include "text.hpp"

namespace mk::bench {

Libkmod::Libkmod()
    : context_(kmod_new(nullptr, nullptr)),
      folder_(open("/sys/module", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!context_ || folder_ < 0)
        throw std::system_error(errno, std::generic_category(), "libkmod");
    // It complains of every module that goes away while it looks.
    kmod_set_log_fn(
        context_, [](void *, int, const char *, int, const char *, const char *, va_list) {},
        nullptr);
}

Libkmod::~Libkmod() {
    kmod_unref(context_);
    close(folder_);
}

namespace {

State state_of(int initstate) {
    switch (initstate) {
    case KMOD_MODULE_LIVE:
        return State::live;
    case KMOD_MODULE_COMING:
        return State::coming;
    case KMOD_MODULE_GOING:
        return State::going;
    default:
        return State::unknown;
    }
}

void add_holders(ModuleList &list, const kmod_module *loaded) {
    kmod_list *holders = kmod_module_get_holders(loaded);
    for (kmod_list *at = holders; at; at = kmod_list_next(holders, at)) {
        kmod_module *holder = kmod_module_get_module(at);
        list.add_user(list.keep(kmod_module_get_name(holder)));
        kmod_module_unref(holder);
    }
    kmod_module_unref_list(holders);
}

void add_module(ModuleList &list, int modules, kmod_module *loaded) {
    const char *name = kmod_module_get_name(loaded);
    Module &module = list.add(list.keep(name));
    int state = kmod_module_get_initstate(loaded);
    long size = kmod_module_get_size(loaded);
    int references = kmod_module_get_refcnt(loaded);
    if (state < 0 || size < 0 || references < 0) {
        list.drop_last(); // gone meanwhile
        return;
    }
    module.state = state_of(state);
    module.size = static_cast<std::uint64_t>(size);
    module.references = static_cast<std::uint32_t>(references);
    char path[128], text[64];
    std::string_view taint;
    std::snprintf(path, sizeof(path), "%s/taint", name);
    if (read_small(modules, path, text, taint))
        module.taints = parse_taints(taint);
    add_holders(list, loaded);
}

} // namespace

bool Libkmod::take(ModuleList &list) {
    kmod_list *modules = nullptr;
    if (kmod_module_new_from_loaded(context_, &modules) < 0)
        return false;
    list.clear();
    for (kmod_list *at = modules; at; at = kmod_list_next(modules, at)) {
        kmod_module *loaded = kmod_module_get_module(at);
        add_module(list, folder_, loaded);
        kmod_module_unref(loaded);
    }
    kmod_module_unref_list(modules);
    return true;
}

} // namespace mk::bench
