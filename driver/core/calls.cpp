// SPDX-License-Identifier: GPL-2.0-only
#include "core/calls.hpp"

#include "kernel/sched.hpp"
#include "lib/errno.hpp"

namespace mk {
namespace {

modkeeper_stage memory_or(modkeeper_stage stage, Errno error) {
    return error == Errno::no_memory ? MODKEEPER_STAGE_MEMORY : stage;
}

bool is_denial(Errno error) {
    return error == Errno::not_permitted || error == Errno::access_denied;
}

// The signature is good; the kernel goes through the file's headers and its .modinfo.
modkeeper_stage stage_of_file(const Call &call, Errno error) {
    switch (error) {
    case Errno::not_permitted:
        return MODKEEPER_STAGE_BLACKLIST;
    case Errno::exists:
    case Errno::busy:
        return MODKEEPER_STAGE_DUPLICATE;
    case Errno::bad_format:
        if (!call.looked_into)
            return MODKEEPER_STAGE_UNKNOWN;
        if (!call.sound)
            return MODKEEPER_STAGE_ELF;
        return call.for_this_kernel ? MODKEEPER_STAGE_UNKNOWN : MODKEEPER_STAGE_FORMAT;
    default:
        return memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    }
}

// Memory is laid out and symbols are looked up.
modkeeper_stage stage_of_linking(Errno error) {
    switch (error) {
    case Errno::exists:
        return MODKEEPER_STAGE_DUPLICATE;
    case Errno::not_found:
    case Errno::invalid:
        return MODKEEPER_STAGE_SYMBOLS;
    default:
        return memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    }
}

} // namespace

modkeeper_stage stage_of(const Call &call) {
    Errno error = from_c(call.result);
    switch (call.step) {
    case MK_STEP_CALLED:
        return is_denial(error) ? MODKEEPER_STAGE_PERMISSION
                                : memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    case MK_STEP_ADMITTED:
        // Perhaps it waited for another call with the same file, and shares its result.
        return MODKEEPER_STAGE_UNKNOWN;
    case MK_STEP_READ:
        return call.read_result < 0 && is_denial(error) ? MODKEEPER_STAGE_PERMISSION
                                                        : memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    case MK_STEP_SIGNATURE:
        return call.signature_result < 0 ? memory_or(MODKEEPER_STAGE_SIGNATURE, error)
                                         : stage_of_file(call, error);
    case MK_STEP_LAYOUT:
        return stage_of_linking(error);
    case MK_STEP_LINKED:
        // Its own symbols are compared with those of others.
        return error == Errno::bad_format ? MODKEEPER_STAGE_SYMBOLS
                                          : memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    case MK_STEP_COMING:
        return MODKEEPER_STAGE_VETO;
    case MK_STEP_PARAMETERS:
        return MODKEEPER_STAGE_PARAMETERS;
    case MK_STEP_SYSFS:
        return memory_or(MODKEEPER_STAGE_SYSFS, error);
    case MK_STEP_INIT:
        return MODKEEPER_STAGE_INIT;
    }
    return MODKEEPER_STAGE_UNKNOWN;
}

void Call::take_path() {
    if (!opened.held())
        return;
    if (!file.fill([this](char *to, usize room) { return opened.path(to, room); })) {
        // Nothing was written: half a path would name another file.
        file.clear();
        cut = true;
    }
    opened.drop();
}

Call *Calls::begin() {
    const void *task = current_identity();
    for (usize i = 0; i < places; i++) {
        Slot &slot = places_[(first_of(task) + i) % places];
        if (!slot.task.take_over(nullptr, task))
            continue;
        new (mk::Place{&slot.call}) Call{};
        return &slot.call;
    }
    missed_.add_relaxed(1);
    return nullptr;
}

Call *Calls::current() {
    const void *task = current_identity();
    for (usize i = 0; i < places; i++) {
        Slot &slot = places_[(first_of(task) + i) % places];
        if (slot.task.load_relaxed() == task)
            return &slot.call;
    }
    return nullptr;
}

void Calls::end(Call &call) {
    call.opened.drop();
    constexpr usize before = __builtin_offsetof(Slot, call);
    auto &slot = *reinterpret_cast<Slot *>(reinterpret_cast<u8 *>(&call) - before);
    slot.task.store_release(nullptr);
}

void Calls::drop(Call &call) {
    missed_.add_relaxed(1);
    end(call);
}

} // namespace mk
