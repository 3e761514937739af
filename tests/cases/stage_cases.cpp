// SPDX-License-Identifier: GPL-2.0-only
// At which stage a load failed, from how far it was seen to go.
#include "check.hpp"
#include "core/syscalls.hpp"
#include "kernel/slab.hpp"
#include "suites.hpp"

using mk::Call;

namespace {

constexpr long eperm = 1, enoexec = 8, enomem = 12, eacces = 13, ebusy = 16, eexist = 17,
               enodev = 19, einval = 22, enoent = 2, ekeyrejected = 129;

// A load that came to @step and returned -@error.
modkeeper_stage stage(mk_step step, long error, void (*adjust)(Call &) = nullptr) {
    mk::Result<mk::Owned<Call>> made = mk::make<Call>();
    if (!made.ok())
        return MODKEEPER_STAGE_NONE;
    Call &call = *made.value();
    call.kind = MK_CALL_FINIT_MODULE;
    call.step = step;
    call.result = -error;
    if (adjust)
        adjust(call);
    return mk::stage_of(call);
}

} // namespace

static const char *the_caller_may_not_load() {
    CHECK(stage(MK_STEP_CALLED, eperm) == MODKEEPER_STAGE_PERMISSION);
    CHECK(stage(MK_STEP_CALLED, eacces) == MODKEEPER_STAGE_PERMISSION);
    CHECK(stage(MK_STEP_READ, eperm, [](Call &call) { call.read_result = -eperm; }) ==
          MODKEEPER_STAGE_PERMISSION);
    return nullptr;
}

static const char *what_was_not_seen_is_unknown() {
    CHECK(stage(MK_STEP_CALLED, einval) == MODKEEPER_STAGE_UNKNOWN);
    // It may share the result of another call with the same file.
    CHECK(stage(MK_STEP_ADMITTED, eperm) == MODKEEPER_STAGE_UNKNOWN);
    CHECK(stage(MK_STEP_READ, eperm) == MODKEEPER_STAGE_UNKNOWN);
    CHECK(stage(MK_STEP_SIGNATURE, enoexec) == MODKEEPER_STAGE_UNKNOWN);
    CHECK(stage(MK_STEP_SIGNATURE, einval) == MODKEEPER_STAGE_UNKNOWN);
    CHECK(stage(MK_STEP_LAYOUT, enoexec) == MODKEEPER_STAGE_UNKNOWN);
    CHECK(stage(MK_STEP_LINKED, einval) == MODKEEPER_STAGE_UNKNOWN);
    return nullptr;
}

static const char *the_signature_is_judged_first() {
    auto refused = [](Call &call) { call.signature_result = call.result; };
    CHECK(stage(MK_STEP_SIGNATURE, ekeyrejected, refused) == MODKEEPER_STAGE_SIGNATURE);
    CHECK(stage(MK_STEP_SIGNATURE, eperm, refused) == MODKEEPER_STAGE_SIGNATURE);
    CHECK(stage(MK_STEP_SIGNATURE, enomem, refused) == MODKEEPER_STAGE_MEMORY);
    CHECK(stage(MK_STEP_SIGNATURE, eperm) == MODKEEPER_STAGE_BLACKLIST);
    return nullptr;
}

static const char *the_file_tells_elf_from_format() {
    CHECK(stage(MK_STEP_SIGNATURE, enoexec, [](Call &call) { call.looked_into = true; }) ==
          MODKEEPER_STAGE_ELF);
    CHECK(stage(MK_STEP_SIGNATURE, enoexec, [](Call &call) {
              call.looked_into = call.sound = true;
          }) == MODKEEPER_STAGE_FORMAT);
    CHECK(stage(MK_STEP_SIGNATURE, enoexec, [](Call &call) {
              call.looked_into = call.sound = call.for_this_kernel = true;
          }) == MODKEEPER_STAGE_UNKNOWN);
    return nullptr;
}

static const char *a_module_of_that_name_is_there() {
    CHECK(stage(MK_STEP_SIGNATURE, eexist) == MODKEEPER_STAGE_DUPLICATE);
    CHECK(stage(MK_STEP_SIGNATURE, ebusy) == MODKEEPER_STAGE_DUPLICATE);
    CHECK(stage(MK_STEP_LAYOUT, eexist) == MODKEEPER_STAGE_DUPLICATE);
    return nullptr;
}

static const char *symbols_are_looked_up_after_the_layout() {
    CHECK(stage(MK_STEP_LAYOUT, enoent) == MODKEEPER_STAGE_SYMBOLS);
    CHECK(stage(MK_STEP_LAYOUT, einval) == MODKEEPER_STAGE_SYMBOLS);
    CHECK(stage(MK_STEP_LAYOUT, enomem) == MODKEEPER_STAGE_MEMORY);
    CHECK(stage(MK_STEP_LINKED, enoexec) == MODKEEPER_STAGE_SYMBOLS);
    CHECK(stage(MK_STEP_LINKED, enomem) == MODKEEPER_STAGE_MEMORY);
    return nullptr;
}

static const char *late_stages_are_where_it_stopped() {
    CHECK(stage(MK_STEP_COMING, eacces) == MODKEEPER_STAGE_VETO);
    CHECK(stage(MK_STEP_PARAMETERS, einval) == MODKEEPER_STAGE_PARAMETERS);
    CHECK(stage(MK_STEP_SYSFS, eexist) == MODKEEPER_STAGE_SYSFS);
    CHECK(stage(MK_STEP_SYSFS, enomem) == MODKEEPER_STAGE_MEMORY);
    CHECK(stage(MK_STEP_INIT, enodev) == MODKEEPER_STAGE_INIT);
    CHECK(stage(MK_STEP_INIT, enomem) == MODKEEPER_STAGE_INIT);
    return nullptr;
}

static const mk_case cases[] = {
    {"the_caller_may_not_load", the_caller_may_not_load},
    {"what_was_not_seen_is_unknown", what_was_not_seen_is_unknown},
    {"the_signature_is_judged_first", the_signature_is_judged_first},
    {"the_file_tells_elf_from_format", the_file_tells_elf_from_format},
    {"a_module_of_that_name_is_there", a_module_of_that_name_is_there},
    {"symbols_are_looked_up_after_the_layout", symbols_are_looked_up_after_the_layout},
    {"late_stages_are_where_it_stopped", late_stages_are_where_it_stopped},
};

const mk_case_suite mk_stage_cases = suite_of("stage", cases);
