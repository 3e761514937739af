// SPDX-License-Identifier: GPL-2.0-only
// Events of the system calls that load and unload modules, as probes see them. They are collected
// while a call runs, and make a record when the call has failed. When it succeeds, the module's
// notifications make the records, with what was collected here.
#pragma once

#include "core/inventory.hpp"
#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/syscalls.hpp"
#include "core/tool_events.hpp"
#include "kernel/mutex.hpp"

namespace mk {

// All in the context of the task that makes the call. Any context unless stated otherwise.
class CallEvents {
  public:
    CallEvents(Recorder &recorder, Mutex<Inventory> &inventory, Calls &calls, Requests &requests,
               Clients &clients, Limits &limits, ToolEvents &tools)
        : recorder_(recorder), inventory_(inventory), calls_(calls), requests_(requests),
          clients_(clients), limits_(limits), tools_(tools) {}

    // False: returned() need not be called.
    bool began(mk_call_kind kind, u32 flags, UserText text);
    void step(mk_step step);
    void opens(const mk_file *file);
    void read(const void *bytes, long result);
    void judged(long signature_result);
    // By whomever, and anywhere but in a probe.
    void printed(Text text);
    // NULL: there is nothing more to be done.
    Call *returned(long result);
    // Process context, may sleep.
    void finish(Call &call);
    // Instead of finish().
    void drop(Call &call) { calls_.drop(call); }

  private:
    void refused(mk_call_kind kind, u32 flags, UserText text);
    void finish_now(Call &call);
    bool may_be_told(const Call &call);
    void load_failed(Call &call);
    void unload_refused(const Call &call);
    Recorder::Stamp append(Call &call, Entry *entry, Lane lane);
    Recorder::Stamp append_failed_load(Call &call, const Entry *entry, Lane lane);
    Recorder::Stamp append_refusal(const Call &call, Entry *entry, Lane lane);

    Recorder &recorder_;
    Mutex<Inventory> &inventory_;
    Calls &calls_;
    Requests &requests_;
    Clients &clients_;
    Limits &limits_;
    ToolEvents &tools_;
    const Text vermagic_ = Text::from_c(mk_kernel_vermagic());
};

} // namespace mk
