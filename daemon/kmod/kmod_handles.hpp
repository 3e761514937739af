// SPDX-License-Identifier: GPL-2.0-only
// Owners of libkmod's objects. A context and everything made from it belong to one thread.
#pragma once

#include <memory>

#include "kmod/libkmod.hpp"

namespace mk {

struct KmodDeleter {
    void operator()(kmod_ctx *context) const { kmod_unref(context); }
    void operator()(kmod_module *module) const { kmod_module_unref(module); }
};
using KmodContext = std::unique_ptr<kmod_ctx, KmodDeleter>;
using KmodModule = std::unique_ptr<kmod_module, KmodDeleter>;

struct KmodModuleListDeleter {
    void operator()(kmod_list *list) const { kmod_module_unref_list(list); }
};
using KmodModuleList = std::unique_ptr<kmod_list, KmodModuleListDeleter>;

struct KmodConfigDeleter {
    void operator()(kmod_config_iter *iterator) const { kmod_config_iter_free_iter(iterator); }
};
using KmodConfig = std::unique_ptr<kmod_config_iter, KmodConfigDeleter>;

} // namespace mk
