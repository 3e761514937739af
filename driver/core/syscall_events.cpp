// SPDX-License-Identifier: GPL-2.0-only
#include "core/syscall_events.hpp"

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
    case Errno::eperm:
        return MODKEEPER_REFUSAL_PERMISSION;
    case Errno::enoent:
        return MODKEEPER_REFUSAL_NOT_LOADED;
    case Errno::eagain: // EWOULDBLOCK
        if (!entry)
            return MODKEEPER_REFUSAL_UNKNOWN;
        return entry->is_used() ? MODKEEPER_REFUSAL_REFERENCED : MODKEEPER_REFUSAL_IN_USE;
    case Errno::ebusy:
        if (!entry)
            return MODKEEPER_REFUSAL_UNKNOWN;
        return entry->has_no_exit() ? MODKEEPER_REFUSAL_NO_EXIT : MODKEEPER_REFUSAL_BUSY;
    default:
        return MODKEEPER_REFUSAL_UNKNOWN;
    }
}

// The kernel has not answered yet: it starts the call again when a signal was dealt with. Numbers
// that user space never sees, from ERESTARTSYS to ERESTART_RESTARTBLOCK.
bool starts_again(long result) {
    return result <= -512 && result >= -516;
}

// What is known of a call at its entry.
void fill(Call &call, mk_call_kind kind, u32 flags, UserText text, const mk_origin &origin) {
    call.kind = kind;
    call.flags = flags;
    call.text = text;
    call.began_ns = times_now().boottime_ns;
    call.parent_pid = origin.parent_pid;
    copy_bytes(call.parent_comm, origin.parent_comm, sizeof(call.parent_comm));
    call.caller.see();
    call.read_texts_nofault();
}

// Of one that has failed.
Lane lane_of(const Call &call) {
    return call.is_anybodys() ? Lane::anybody : Lane::trusted;
}

// The whole names that fit, of a list with a comma after every name, without the last comma.
Text whole_names(const char *list, usize bytes) {
    while (bytes && list[bytes - 1] != ',')
        bytes--;
    return {list, bytes ? bytes - 1 : 0};
}

} // namespace

bool CallEvents::began(mk_call_kind kind, u32 flags, UserText text) {
    if (!current_is_trusted()) {
        refused(kind, flags, text);
        return false;
    }
    mk_origin origin = current_origin();
    Call *call = calls_.begin(origin.helper);
    if (!call)
        return false;
    fill(*call, kind, flags, text, origin);
    if (call->loads() && origin.helper)
        call->request = requests_.served_by(current_task().tgid, origin.started_ns,
                                            last_word(call->command.text()));
    clients_.find(*call->client);
    call->command.join_words();
    return true;
}

// The kernel refuses such a task before it checks anything else: everything that can be recorded is
// known now, and nothing of the call is kept.
void CallEvents::refused(mk_call_kind kind, u32 flags, UserText text) {
    bool loads = kind != MK_CALL_DELETE_MODULE;
    if (!limits_.admit_for(current_owner(),
                           loads ? MODKEEPER_RECORD_LOAD_FAILED : MODKEEPER_RECORD_UNLOAD_REFUSED))
        return;
    Call call;
    fill(call, kind, flags, text, current_origin());
    call.command.join_words();
    call.result = to_c(Errno::eperm);
    append(call, nullptr, Lane::anybody);
    recorder_.wake_readers_soon();
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
    call->for_this_kernel = is_for_kernel(file, vermagic_);
    call->name = file.name;
}

void CallEvents::judged(long signature_result) {
    Call *call = calls_.current();
    if (!call || !call->loads())
        return;
    call->step = MK_STEP_SIGNATURE;
    call->signature_result = signature_result;
}

void CallEvents::printed(Text text) {
    if (!calls_.any() || in_interrupt())
        return;
    Call *call = calls_.current();
    if (call && call->lines)
        call->lines->add(text);
}

Call *CallEvents::returned(long result) {
    Call *call = calls_.current();
    if (!call)
        return nullptr;
    call->result = result;
    if (result >= 0 || starts_again(result))
        calls_.end(*call);
    else if (calls_.may_wait(*call))
        return call;
    else
        finish_now(*call);
    return nullptr;
}

void CallEvents::finish(Call &call) {
    call.read_missing_texts();
    call.command.join_words();
    if (call.loads())
        load_failed(call);
    else
        unload_refused(call);
    calls_.end_of_wait(call);
    recorder_.wake_readers();
}

// Any context: without the path of a file that was not read, and what the inventory knows.
void CallEvents::finish_now(Call &call) {
    call.drop_file();
    if (may_be_told(call))
        append(call, nullptr, lane_of(call));
    calls_.end(call);
    recorder_.wake_readers_soon();
}

// The beginning and the end of a load are both recorded, or neither is; of a denied one, the
// decision and the end.
bool CallEvents::may_be_told(const Call &call) {
    if (!call.is_anybodys() || call.origin.sequence || (call.denied && call.decision_sequence))
        return true;
    if (!call.left_out)
        return limits_.admit_for(call.request.payer, MODKEEPER_RECORD_LOAD_FAILED);
    limits_.leave_out(call.request.payer, MODKEEPER_RECORD_LOAD_FAILED);
    return false;
}

void CallEvents::load_failed(Call &call) {
    if (!may_be_told(call))
        return;
    call.take_path();
    call.opened.drop();
    auto inventory = inventory_.lock();
    // Its end was reported, and it is remembered, unless another module of its name has been loaded
    // since.
    Entry *entry = call.failed ? inventory->find(call.name.text()) : nullptr;
    if (entry && (!entry->gone() || entry->origin().sequence != call.origin.sequence))
        entry = nullptr;
    Recorder::Stamp stamp = append(call, entry, lane_of(call));
    if (entry)
        entry->set_failed(stamp);
    inventory->changed();
}

void CallEvents::unload_refused(const Call &call) {
    auto inventory = inventory_.lock();
    // The kernel takes the name literally: '-' is not '_' to it.
    Entry *entry = inventory->find(call.name.text());
    if (entry && entry->gone())
        entry = nullptr;
    Recorder::Stamp stamp = append_refusal(call, entry, Lane::trusted);
    if (entry)
        entry->set_last_record(stamp, MODKEEPER_RECORD_UNLOAD_REFUSED);
    inventory->changed();
}

// @entry, of the inventory that is locked: NULL, there is nothing to add from it.
Recorder::Stamp CallEvents::append(Call &call, Entry *entry, Lane lane) {
    return call.loads() ? append_failed_load(call, entry, lane) : append_refusal(call, entry, lane);
}

Recorder::Stamp CallEvents::append_failed_load(Call &call, const Entry *entry, Lane lane) {
    bool of_file = call.name.empty();
    if (of_file) {
        call.name = stem(call.file.text());
        call.name.replace('-', '_');
    }
    char name[MODKEEPER_NAME_SIZE] = {};
    copy_bytes(name, call.name.text().data(), call.name.text().length());
    ModuleFacts facts = {};
    facts.name = name;
    facts.signature = call.signature;
    copy_bytes(facts.memory, call.memory, sizeof(facts.memory));
    if (entry)
        entry->recall(facts);
    ModuleRecord record(MODKEEPER_RECORD_LOAD_FAILED, facts, call.origin, &call);
    if (of_file && !call.name.empty())
        record.body().details |= MODKEEPER_DETAIL_NAME_OF_FILE;
    tools_.explained();
    return recorder_.append(record, lane);
}

Recorder::Stamp CallEvents::append_refusal(const Call &call, Entry *entry, Lane lane) {
    using Body = modkeeper_record_refusal;
    RefusalRecord record(MODKEEPER_RECORD_UNLOAD_REFUSED);
    record.put(&Body::module, call.name.text());
    record.put(&Body::command, call.command.text());
    Body &body = record.body();
    body.error = static_cast<__s32>(-call.result);
    body.reason = reason_of(from_c(call.result), entry);
    body.call_flags = call.flags;
    body.parent_pid = call.parent_pid;
    copy_bytes(body.parent_comm, call.parent_comm, sizeof(body.parent_comm));
    body.capability = call.caller.capability;
    call.caller.put(record);
    if (call.client)
        call.client->put(record);
    char users[512];
    if (entry) {
        entry->refresh();
        body.references = entry->references();
        TextWriter writer(users, sizeof(users));
        entry->put_used_by(writer);
        if (writer.length() > sizeof(users))
            record.mark_cut();
        record.put(&Body::used_by, whole_names(users, min(writer.length(), sizeof(users))));
    }
    if (call.lines)
        put_lines(record, &Body::kernel_lines, *call.lines);
    if (call.command_cut || call.text_cut)
        record.mark_cut();
    body.duration_ns = times_now().boottime_ns - call.began_ns;
    tools_.explained();
    return recorder_.append(record, lane);
}

} // namespace mk
