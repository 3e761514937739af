// SPDX-License-Identifier: GPL-2.0-only
#include "core/call_events.hpp"

#include "core/module_file.hpp"
#include "core/module_record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/sched.hpp"

namespace mk {
namespace {

// The last word of a command line whose words are apart by NULs, and ended by one.
Text last_word(Text command) {
    usize end = command.length();
    while (end && !command.data()[end - 1])
        end--;
    usize start = end;
    while (start && command.data()[start - 1])
        start--;
    return {command.data() + start, end - start};
}

// /lib/modules/6.1.0/kernel/net/ip-tables.ko.xz: ip-tables
Text stem(Text path) {
    usize start = path.length();
    while (start && path.data()[start - 1] != '/')
        start--;
    usize end = start;
    while (end < path.length() && path.data()[end] != '.')
        end++;
    return {path.data() + start, end - start};
}

modkeeper_refusal reason_of(Errno error, const Entry *entry) {
    switch (error) {
    case Errno::not_permitted:
        return MODKEEPER_REFUSAL_PERMISSION;
    case Errno::not_found:
        return MODKEEPER_REFUSAL_NOT_LOADED;
    case Errno::try_again: // EWOULDBLOCK
        if (!entry)
            return MODKEEPER_REFUSAL_UNKNOWN;
        return entry->is_used() ? MODKEEPER_REFUSAL_REFERENCED : MODKEEPER_REFUSAL_IN_USE;
    case Errno::busy:
        if (!entry)
            return MODKEEPER_REFUSAL_UNKNOWN;
        return entry->has_no_exit() ? MODKEEPER_REFUSAL_NO_EXIT : MODKEEPER_REFUSAL_BUSY;
    default:
        return MODKEEPER_REFUSAL_UNKNOWN;
    }
}

} // namespace

void CallEvents::began(mk_call_kind kind, u32 flags, mk_user text) {
    Call *call = calls_.begin();
    if (!call)
        return;
    call->kind = kind;
    call->flags = flags;
    call->began_ns = times_now().boottime_ns;
    mk_origin origin = current_origin();
    call->parent_pid = origin.parent_pid;
    copy_bytes(call->parent_comm, origin.parent_comm, sizeof(call->parent_comm));
    call->cut = !call->command.fill(mk_task_command);
    auto peek = [text](char *to, usize room) { return mk_peek_user_text(to, text, room); };
    if (call->loads()) {
        call->args_cut = !call->args.fill(peek);
        if (origin.helper)
            call->request = requests_.served_by(current_task().tgid, origin.started_ns,
                                                last_word(call->command.text()));
    } else {
        call->cut |= !call->name.fill(peek);
    }
    call->command.trim('\0');
    call->command.replace('\0', ' ');
}

void CallEvents::step(mk_step step) {
    Call *call = calls_.current();
    if (!call || !call->loads())
        return;
    call->step = step;
    if (step == MK_STEP_INIT)
        call->init_began_ns = times_now().boottime_ns;
}

void CallEvents::opens(const mk_file *file) {
    Call *call = calls_.current();
    if (!call || !call->loads())
        return;
    call->step = MK_STEP_READ;
    call->opened = FileReference(file);
}

void CallEvents::read(const void *bytes, long result) {
    Call *call = calls_.current();
    if (!call || !call->loads())
        return;
    call->read_result = result;
    if (result <= 0)
        return;
    call->file_bytes = static_cast<u64>(result);
    // MODULE_INIT_COMPRESSED_FILE
    constexpr u32 compressed = 4;
    if (!bytes || (call->flags & compressed))
        return;
    ModuleFile file = look_into_module(static_cast<const u8 *>(bytes), static_cast<usize>(result));
    call->looked_into = true;
    call->sound = file.sound;
    call->for_this_kernel = is_for_kernel(file, Text::from_c(mk_kernel_vermagic()));
    call->name = file.name;
}

void CallEvents::judged(long signature_result) {
    Call *call = calls_.current();
    if (!call || !call->loads())
        return;
    call->step = MK_STEP_SIGNATURE;
    call->signature_result = signature_result;
}

Call *CallEvents::returned(long result) {
    Call *call = calls_.current();
    if (!call)
        return nullptr;
    call->result = result;
    if (result < 0)
        return call;
    calls_.end(*call);
    return nullptr;
}

void CallEvents::finish(Call &call) {
    if (call.loads())
        load_failed(call);
    else
        unload_refused(call);
    calls_.end(call);
    recorder_.wake_readers();
}

void CallEvents::load_failed(Call &call) {
    call.take_path();
    bool of_file = call.name.empty();
    if (of_file) {
        call.name = stem(call.file.text());
        call.name.replace('-', '_');
    }
    auto inventory = inventory_.lock();
    // Its end was told, and it was remembered, unless another of its name came since.
    Entry *entry = call.failed ? inventory->find(call.name.text()) : nullptr;
    if (entry && !entry->gone())
        entry = nullptr;
    char name[MODKEEPER_NAME_SIZE] = {};
    copy_bytes(name, call.name.text().data(), call.name.text().length());
    ModuleFacts facts = {};
    facts.name = name;
    facts.signature = call.signature;
    copy_bytes(facts.memory, call.memory, sizeof(facts.memory));
    if (entry)
        entry->recall(facts);
    ModuleRecord record(MODKEEPER_RECORD_LOAD_FAILED, facts, entry ? entry->origin() : LoadOrigin{},
                        &call);
    if (of_file && !call.name.empty())
        record.body().details |= MODKEEPER_DETAIL_NAME_OF_FILE;
    Recorder::Stamp stamp = recorder_.append(record);
    if (entry)
        entry->failed(stamp);
    inventory->changed();
}

void CallEvents::unload_refused(const Call &call) {
    using Body = modkeeper_record_refusal;
    auto inventory = inventory_.lock();
    FixedText<name_text_max> name(call.name.text());
    name.replace('-', '_');
    Entry *entry = inventory->find(name.text());
    if (entry && entry->gone())
        entry = nullptr;
    RefusalRecord record(MODKEEPER_RECORD_UNLOAD_REFUSED);
    record.put(&Body::name, call.name.text());
    record.put(&Body::command, call.command.text());
    Body &body = record.body();
    body.error = static_cast<__s32>(-call.result);
    body.reason = reason_of(from_c(call.result), entry);
    body.call_flags = call.flags;
    body.parent_pid = call.parent_pid;
    copy_bytes(body.parent_comm, call.parent_comm, sizeof(body.parent_comm));
    char users[512];
    if (entry) {
        entry->refresh();
        body.references = entry->references();
        TextWriter writer(users, sizeof(users));
        entry->put_used_by(writer);
        if (writer.length() > sizeof(users))
            record.mark_cut();
        if (writer.length())
            record.put(&Body::used_by, Text(users, min(writer.length(), sizeof(users)) - 1));
    }
    if (call.cut)
        record.mark_cut();
    body.duration_ns = times_now().boottime_ns - call.began_ns;
    Recorder::Stamp stamp = recorder_.append(record);
    if (entry)
        entry->told_by(stamp, MODKEEPER_RECORD_UNLOAD_REFUSED);
    inventory->changed();
}

} // namespace mk
