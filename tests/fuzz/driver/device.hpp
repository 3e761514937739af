// SPDX-License-Identifier: GPL-2.0-only
// A driver with an open file and some modules in it, kept from one input to the next.
#pragma once

#include <cstring>

#include <linux/modkeeper.h>

#include "../target.hpp"
#include "case.h"
#include "fake/fake.hpp"
#include "kapi/core.h"

class FuzzedDevice {
  public:
    static constexpr unsigned long room = 65536;

    FuzzedDevice() {
        mk_config config = {65536, 1, "0.1", MODKEEPER_FEATURE_NOTIFIER,
                            MODKEEPER_POLICY_MODE_ENFORCE};
        MUST(mk_core_init(&config) == 0);
        user_module_.uses = {&base_module_};
        for (mk_module *module : {&base_module_, &user_module_}) {
            module->name = module == &base_module_ ? "base" : "user";
            module->parameters = {{"debug", "int", 0644}};
            module->state = MODKEEPER_STATE_COMING;
            mk_core_module_coming(module);
            module->state = MODKEEPER_STATE_LIVE;
            mk_core_module_live(module);
        }
        MUST(mk_core_open(&reader) == 0);
        memory = mk_case_user_memory(room);
        MUST(memory);
    }

    // @size bytes of the input, at the start of the user's memory.
    void put(const std::uint8_t *data, std::size_t size) const {
        MUST(size <= room);
        MUST(!size || mk_case_user_write(memory, data, size) == 0);
    }

    mk_reader *reader = nullptr;
    mk_user memory = 0;

  private:
    mk_module base_module_, user_module_;
};

inline FuzzedDevice &device() {
    static FuzzedDevice *one = new FuzzedDevice; // stays: the end of the program ends it
    return *one;
}
