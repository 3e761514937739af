// SPDX-License-Identifier: GPL-2.0-only
#include "core/module_notifier.hpp"

#include "core/load_parameters.hpp"
#include "kernel/ktime.hpp"
#include "kernel/printk.hpp"

namespace mk {
namespace {

Text name_of(const ModuleFacts &facts) {
    return Text::from_c(facts.name).first(MODKEEPER_NAME_SIZE - 1);
}

// Init memory is freed only after init has succeeded.
bool has_init_memory(const ModuleFacts &facts) {
    return facts.memory[MODKEEPER_MEMORY_INIT_TEXT] || facts.memory[MODKEEPER_MEMORY_INIT_RODATA] ||
           facts.memory[MODKEEPER_MEMORY_INIT_DATA];
}

// Keeps in the call what its record needs, as the module is about to be freed.
void fails(Call &call, const ModuleFacts &facts) {
    call.failed = true;
    copy_bytes(call.memory, facts.memory, sizeof(call.memory));
    if (call.init_began_ns)
        call.init_ns = times_now().boottime_ns - call.init_began_ns;
}

// Any user can cause loads that begin and fail, as often as they like. A module that goes live
// stays until an authorised task unloads it.
Lane lane_of(modkeeper_record_kind kind, const Call *call) {
    bool repeats = kind == MODKEEPER_RECORD_LOAD_BEGIN || kind == MODKEEPER_RECORD_LOAD_FAILED;
    return repeats && is_anybodys(call) ? Lane::anybody : Lane::trusted;
}

const char *wording(modkeeper_record_kind kind) {
    switch (kind) {
    case MODKEEPER_RECORD_PRESENT:
        return "present";
    case MODKEEPER_RECORD_LOAD_BEGIN:
        return "load begins";
    case MODKEEPER_RECORD_LOAD_LIVE:
        return "live";
    case MODKEEPER_RECORD_LOAD_FAILED:
        return "load failed";
    case MODKEEPER_RECORD_UNLOAD:
        return "unloaded";
    default:
        return "";
    }
}

// For the kernel's log: "record 17: dummy: live".
void log_record(u64 sequence, const ModuleFacts &facts, modkeeper_record_kind kind) {
    if (!logs_debug())
        return;
    char line[128] = {};
    TextWriter writer(line, sizeof(line) - 1);
    writer.put(Text::from_c("record "));
    writer.put_number(sequence);
    writer.put(Text::from_c(": "));
    writer.put(name_of(facts));
    writer.put(Text::from_c(": "));
    writer.put(Text::from_c(wording(kind)));
    log_debug(line);
}

} // namespace

Recorder::Stamp Events::record(modkeeper_record_kind kind, const ModuleFacts &facts,
                               const Entry *entry, const Call *call) {
    Recorder::Stamp stamp =
        recorder_.append(ModuleRecord(kind, facts, entry ? entry->origin() : LoadOrigin{}, call),
                         lane_of(kind, call));
    log_record(stamp.sequence, facts, kind);
    return stamp;
}

// Pays for the end of the load as well, so that both are recorded or neither.
void Events::began(const ModuleFacts &facts, Entry *entry, Call *call) {
    if (is_anybodys(call) && !limits_.admit_for(payer_of(call), MODKEEPER_RECORD_LOAD_BEGIN, 2)) {
        if (call)
            call->left_out = true;
        return;
    }
    Recorder::Stamp stamp = record(MODKEEPER_RECORD_LOAD_BEGIN, facts, entry, call);
    if (call)
        call->origin = {stamp.sequence, stamp.boottime_ns};
    if (entry)
        entry->set_loading(stamp);
}

// May the end of a load be recorded, without a call? Only if its beginning was.
bool Events::may_fail(const Entry *entry, const Call *call) {
    if (!is_anybodys(call) || (entry && entry->origin().sequence))
        return true;
    if (!entry)
        return limits_.admit_for(payer_of(call), MODKEEPER_RECORD_LOAD_FAILED);
    limits_.leave_out(payer_of(call), MODKEEPER_RECORD_LOAD_FAILED);
    return false;
}

Result<> Events::coming(Module module) {
    symbols_.forget();
    ModuleFacts facts = module.facts();
    Call *call = calls_.current();
    if (call) {
        call->step = MK_STEP_COMING;
        call->take_path();
        call->name = name_of(facts);
        call->signature = facts.signature;
    } else {
        calls_.unseen();
    }
    LoadParameters parameters(facts, call);
    // Before anything of the module is stored: of one that is refused, no other notification comes.
    bool allowed = policy_.allows(facts, call);
    if (call)
        call->opened.drop();
    if (!allowed) {
        recorder_.wake_readers();
        return Errno::eacces;
    }
    {
        auto inventory = inventory_.lock();
        Entry *entry = inventory->admit(module, facts);
        began(facts, entry, call);
        inventory->changed();
    }
    recorder_.wake_readers();
    return {};
}

void Events::live(Module module) {
    ModuleFacts facts = module.facts();
    {
        auto inventory = inventory_.lock();
        Entry *entry = inventory->find(name_of(facts));
        // Its COMING was before our time (our own is), or there was no memory then.
        if (!entry || entry->gone())
            entry = inventory->admit(module, facts);
        const Call *call = calls_.current();
        // Its origin must be known as long as it is loaded: hence the trusted lane.
        if (entry)
            entry->recall_args(facts);
        Recorder::Stamp stamp = record(MODKEEPER_RECORD_LOAD_LIVE, facts, entry, call);
        if (entry)
            entry->set_live(stamp, call ? call->init_began_ns : 0);
        inventory->changed();
    }
    recorder_.wake_readers();
}

void Events::going(Module module) {
    ModuleFacts facts = module.facts();
    Call *call = calls_.current();
    {
        auto inventory = inventory_.lock();
        Entry *known = inventory->find(name_of(facts));
        if (known && known->gone())
            known = nullptr;
        bool was_live = known ? known->was_live() : !has_init_memory(facts);
        // The reason is known when the call returns, and recorded then.
        bool later = !was_live && call && call->loads();
        if (later)
            fails(*call, facts);
        bool now = !later && (was_live || may_fail(known, call));
        Entry *entry = known ? known : inventory->admit(module, facts);
        if (!now) {
            if (entry)
                entry->set_gone_unrecorded(times_now().boottime_ns);
        } else {
            auto kind = was_live ? MODKEEPER_RECORD_UNLOAD : MODKEEPER_RECORD_LOAD_FAILED;
            Recorder::Stamp stamp = record(kind, facts, entry, call);
            if (entry)
                entry->set_gone(stamp, kind);
        }
        if (entry)
            inventory->retire(*entry);
        inventory->changed();
    }
    recorder_.wake_readers();
}

void Events::seed() {
    {
        // A module that is about to go waits for this lock in its notification.
        auto inventory = inventory_.lock();
        // Modules that a notification has reported already are younger than the others.
        u32 told = inventory->loaded_count();
        for_each_live_module([&](Module module) {
            ModuleFacts facts = module.facts();
            Entry *entry = inventory->find(name_of(facts));
            if (entry && !entry->gone()) {
                inventory->move_to_back(*entry);
                told--;
                return;
            }
            entry = inventory->admit(module, facts);
            Recorder::Stamp stamp = record(MODKEEPER_RECORD_PRESENT, facts, nullptr, nullptr);
            if (entry)
                entry->set_present(stamp);
        });
        for (; told; told--)
            inventory->move_to_back(*inventory->loaded().first());
        for (Entry &entry : inventory->loaded())
            inventory->resolve_uses(entry);
        inventory->changed();
    }
    recorder_.wake_readers();
}

} // namespace mk
