// SPDX-License-Identifier: GPL-2.0-only
// The modules of the made-up kernel.
#include <algorithm>
#include <cstdlib>

#include "fake.hpp"
#include "state.hpp"

namespace {

constexpr __u32 state_live = 1, state_coming = 2;

std::vector<const mk_module *> live;
int holds;
mk_user load_parameters;

// What a kernel has loaded when a test says nothing: one module that needs the other.
const std::vector<const mk_module *> &default_modules() {
    static mk_module base, user;
    base.name = "fake_base";
    base.version = "1.2";
    base.srcversion = "0123456789ABCDEF0123456";
    base.parameters = {{"depth", "int", 0444}, {"verbose", "bool", 0644}};
    base.references = 1;
    user.name = "fake_user";
    user.uses = {&base};
    static const std::vector<const mk_module *> both = {&base, &user};
    return both;
}

} // namespace

namespace fake {

void set_live_modules(std::vector<const mk_module *> modules) {
    live = std::move(modules);
}

void set_load_parameters(mk_user text) {
    load_parameters = text;
}

int driver_holds() {
    return holds;
}

void reset_modules() {
    holds = 0;
    load_parameters = 0;
    live = default_modules();
}

} // namespace fake

extern "C" {

void mk_driver_hold(void) {
    holds++;
}

void mk_module_facts(const mk_module *module, struct mk_module_facts *facts) {
    auto text = [](const std::string &from) { return from.empty() ? nullptr : from.c_str(); };
    *facts = {};
    facts->name = module->name.c_str();
    facts->version = text(module->version);
    facts->srcversion = text(module->srcversion);
    bool tells = module->tells_args && module->state == state_coming;
    facts->args = tells ? module->args.c_str() : nullptr;
    facts->taints = module->taints;
    std::copy(std::begin(module->memory), std::end(module->memory), facts->memory);
    facts->parameter_count = static_cast<__u32>(module->parameters.size());
    facts->no_exit = module->no_exit;
    facts->signature = module->signature;
}

mk_user mk_load_parameters(void) {
    return load_parameters;
}

__u32 mk_module_state(const mk_module *module) {
    return module->state;
}
const char *mk_module_name(const mk_module *module) {
    return module->name.c_str();
}

__u32 mk_module_references(const mk_module *module) {
    return module->references;
}

const mk_module *mk_module_use_next(const mk_module *module, const void **cursor) {
    // The cursor is one past the place of the last answer, so that NULL is the start.
    auto next = reinterpret_cast<unsigned long>(*cursor);
    *cursor = reinterpret_cast<const void *>(next + 1);
    return next < module->uses.size() ? module->uses[next] : nullptr;
}

void mk_module_parameter(const mk_module *module, __u32 index, struct mk_parameter_facts *facts) {
    const mk_module::Parameter &parameter = module->parameters.at(index);
    *facts = {parameter.name.c_str(), parameter.type.c_str(), parameter.mode};
}

const mk_module *mk_module_next(const mk_module *module) {
    auto at = module ? std::find(live.begin(), live.end(), module) + 1 : live.begin();
    at = std::find_if(at, live.end(), [](auto *other) { return other->state == state_live; });
    return at == live.end() ? nullptr : *at;
}

} // extern "C"
