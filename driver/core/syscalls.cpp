// SPDX-License-Identifier: GPL-2.0-only
#include "core/syscalls.hpp"

#include "kernel/ktime.hpp"
#include "kernel/printk.hpp"
#include "lib/errno.hpp"

namespace mk {
namespace {

modkeeper_stage memory_or(modkeeper_stage stage, Errno error) {
    return error == Errno::enomem ? MODKEEPER_STAGE_MEMORY : stage;
}

bool is_denial(Errno error) {
    return error == Errno::eperm || error == Errno::eacces;
}

// The signature is good; the kernel goes through the file's headers and its .modinfo.
modkeeper_stage stage_of_file(const Call &call, Errno error) {
    switch (error) {
    case Errno::eperm:
        return MODKEEPER_STAGE_BLACKLIST;
    case Errno::eexist:
    case Errno::ebusy:
        return MODKEEPER_STAGE_DUPLICATE;
    case Errno::enoexec:
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
    case Errno::eexist:
        return MODKEEPER_STAGE_DUPLICATE;
    case Errno::enoent:
    case Errno::einval:
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
        return error == Errno::enoexec ? MODKEEPER_STAGE_SYMBOLS
                                       : memory_or(MODKEEPER_STAGE_UNKNOWN, error);
    case MK_STEP_COMING:
        return call.denied ? MODKEEPER_STAGE_POLICY : MODKEEPER_STAGE_VETO;
    case MK_STEP_PARAMETERS:
        return MODKEEPER_STAGE_PARAMETERS;
    case MK_STEP_SYSFS:
        return memory_or(MODKEEPER_STAGE_SYSFS, error);
    case MK_STEP_INIT:
        return MODKEEPER_STAGE_INIT;
    }
    return MODKEEPER_STAGE_UNKNOWN;
}

// A load may belong to a helper even if its call was not seen. Then it is not known for whom the
// helper works.
bool is_anybodys(const Call *call) {
    return call ? call->is_anybodys() : current_origin().helper;
}

bool is_helpers(const Call *call) {
    return call ? call->helper : current_origin().helper;
}

u32 payer_of(const Call *call) {
    return call ? call->request.payer : MODKEEPER_SUPPRESSED_OTHERS;
}

void Call::read_texts_nofault() {
    command_cut = !command.fill(mk_read_task_command_nofault);
    auto read = [this](char *to, usize room) { return text.read_nofault(to, room); };
    text_cut = loads() ? !args.fill(read) : !name.fill(read);
}

// The memory may by now hold another text than the kernel has read: it belongs to the caller.
void Call::read_missing_texts() {
    auto read = [this](char *to, usize room) { return text.read(to, room); };
    if (command_cut && command.empty())
        command_cut = !command.fill(mk_read_task_command);
    if (text_cut && loads() && args.empty())
        text_cut = !args.fill(read);
    else if (text_cut && !loads() && name.empty())
        text_cut = !name.fill(read);
}

void Call::take_path() {
    if (!opened.held())
        return;
    place = opened.place();
    cut = !file.fill([this](char *to, usize room) { return opened.path(to, room); });
}

// udev and modkeeperd have mounts of their own, in which nearly all is where it is for everybody.
// And whatever has changed the task's root meanwhile, it is not the root of this path.
void Call::compare_path() {
    // Of a directory that is renamed in between, the path is that of another moment: once more.
    constexpr u32 looks = 3;
    for (u32 i = 0; i < looks && opened.held() && !at_path; i++) {
        if (i)
            take_path();
        at_path = !file.empty() && opened.is_at(file.text());
    }
    opened.drop();
}

void Call::drop_file() {
    cut |= opened.held();
    opened.drop();
}

Calls::Calls(Buffer memory, usize places)
    : memory_(mk::move(memory)), places_(places),
      owners_(reinterpret_cast<Owner *>(memory_.data() + places * sizeof(Call))),
      calls_(reinterpret_cast<Call *>(memory_.data())),
      lines_(reinterpret_cast<KernelLines *>(owners_ + places)),
      clients_(reinterpret_cast<Client *>(lines_ + places)) {
    for (usize i = 0; i < places_; i++) {
        new (Place{&owners_[i]}) Owner{};
        new (Place{&calls_[i]}) Call{};
        new (Place{&lines_[i]}) KernelLines{};
        new (Place{&clients_[i]}) Client{};
    }
}

// A place that was left behind may hold files.
Calls::~Calls() {
    for (usize i = 0; i < places_; i++)
        calls_[i].~Call();
}

void Calls::Refused::add(const TaskIdentity &identity) {
    tasks[next++ % (sizeof(tasks) / sizeof(tasks[0]))] = identity;
}

bool Calls::Refused::remove(const TaskIdentity &identity) {
    for (TaskIdentity &task : tasks) {
        if (task.task != identity.task || task.started_ns != identity.started_ns)
            continue;
        task = {};
        return true;
    }
    return false;
}

// A place that a task left behind in an earlier life is as good as a free one. What its owner did
// there comes before what the next one does. Under the lock; places_: there is none.
usize Calls::take_place(const TaskIdentity &identity, bool helper) {
    if (helper && helpers_.load_relaxed() >= places_ / 2)
        return places_;
    for (usize i = 0; i < places_; i++) {
        usize at = (first_of(identity.task) + i) % places_;
        const void *task = owners_[at].task.load_acquire();
        if (task == identity.task)
            free(at);
        if (!task || task == identity.task)
            return at;
    }
    return places_;
}

// After which it is not touched again.
void Calls::free(usize at) {
    calls_[at].opened.drop();
    under_way_.add_relaxed(-1U);
    if (calls_[at].helper)
        helpers_.add_relaxed(-1U);
    owners_[at].task.store_release(nullptr);
}

// Frees the places of tasks that are gone. Under the lock.
void Calls::sweep() {
    for (usize i = 0; i < places_; i++) {
        Owner &owner = owners_[i];
        TaskIdentity identity = {owner.task.load_acquire(), owner.started_ns.load_relaxed(),
                                 owner.pid};
        if (identity.task && !lives(identity))
            free(i);
    }
}

void Calls::claim() {
    claimed_ns_.store_relaxed(times_now().boottime_ns);
}

// Before probes reported calls?
bool Calls::may_have_begun_before(const TaskIdentity &identity) const {
    u64 claimed_ns = claimed_ns_.load_relaxed();
    return identity.started_ns < claimed_ns && times_now().boottime_ns < claimed_ns + settling_ns;
}

void Calls::unseen() {
    TaskIdentity identity = current_identity();
    if (!claimed_ns_.load_relaxed() || may_have_begun_before(identity))
        return;
    // It was seen and had no place, which was counted then.
    if (taking_.lock()->remove(identity))
        return;
    missed_.add_relaxed(1);
    if (!silent())
        log_info("a module came by a call that was not seen: is kernel.ftrace_enabled 0, or "
                 "kprobes/enabled in debugfs?");
    silent_.store_relaxed(true);
}

Call *Calls::begin(bool helper) {
    TaskIdentity identity = current_identity();
    if (silent())
        silent_.store_relaxed(false);
    auto taking = taking_.lock();
    usize at = take_place(identity, helper);
    if (at == places_) {
        sweep();
        at = take_place(identity, helper);
    }
    if (at == places_) {
        missed_.add_relaxed(1);
        taking->add(identity);
        return nullptr;
    }
    new (Place{&calls_[at]}) Call; // "Call{}" would clear its texts too
    calls_[at].client = &clients_[at];
    calls_[at].helper = helper;
    if (listens_.load_relaxed()) {
        lines_[at].clear();
        calls_[at].lines = &lines_[at];
    }
    under_way_.add_relaxed(1);
    if (helper)
        helpers_.add_relaxed(1);
    owners_[at].pid = identity.pid;
    owners_[at].started_ns.store_relaxed(identity.started_ns);
    owners_[at].task.store_relaxed(identity.task);
    return &calls_[at];
}

Call *Calls::current() {
    TaskKey key = current_key();
    usize at = first_of(key.task);
    for (usize i = 0; i < places_; i++) {
        if (owners_[at].is(key))
            return &calls_[at];
        if (++at == places_)
            at = 0;
    }
    return nullptr;
}

bool Calls::may_wait(const Call &call) {
    u32 most = call.helper ? waiting_max / 2 : waiting_max;
    if (waiting_.add_and_get(1) <= most)
        return true;
    waiting_.add_relaxed(-1U);
    return false;
}

void Calls::end(Call &call) {
    free(static_cast<usize>(&call - calls_));
}

void Calls::end_of_wait(Call &call) {
    waiting_.add_relaxed(-1U);
    end(call);
}

void Calls::drop(Call &call) {
    missed_.add_relaxed(1);
    end_of_wait(call);
}

} // namespace mk
