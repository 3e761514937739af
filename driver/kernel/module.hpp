// SPDX-License-Identifier: GPL-2.0-only
// module.h, moduleparam.h: the kernel's modules.
#pragma once

#include "kapi/kapi.h"
#include "kernel/uaccess.hpp"
#include "lib/result.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

using ModuleFacts = struct mk_module_facts;

// From now on the driver cannot be unloaded. Any context, in a call that keeps it loaded.
inline void hold_driver() {
    mk_driver_hold();
}

// The parameters that the current task gave to the call by which it loads. Process context.
inline UserText load_parameters() {
    return UserText(mk_load_parameters());
}

// A borrowed module. How long it is good: see mk_module in kapi.h. Any context.
class Module {
  public:
    explicit Module(const mk_module *module) : module_(module) {}

    ModuleFacts facts() const {
        ModuleFacts facts;
        mk_module_facts(module_, &facts);
        return facts;
    }
    Text name() const { return Text::from_c(mk_module_name(module_)); }
    u32 state() const { return mk_module_state(module_); }
    u32 references() const { return mk_module_references(module_); }
    const mk_module *raw() const { return module_; }

    // Calls @each with every module that this one needs. Only while that cannot change.
    template <typename Each> void for_each_use(Each each) const {
        const void *cursor = nullptr;
        while (const mk_module *used = mk_module_use_next(module_, &cursor))
            each(Module(used));
    }

    mk_parameter_facts parameter(u32 index) const {
        mk_parameter_facts facts;
        mk_module_parameter(module_, index, &facts);
        return facts;
    }

  private:
    const mk_module *module_;
};

// Calls @each with every live module, in load order. See mk_module_next() for when. Process
// context.
template <typename Each> void for_each_live_module(Each each) {
    for (const mk_module *module = nullptr; (module = mk_module_next(module));)
        each(Module(module));
}

} // namespace mk
