// SPDX-License-Identifier: GPL-2.0-only
#include "core/tool_events.hpp"

#include "core/caller.hpp"
#include "core/record.hpp"
#include "kernel/sched.hpp"
#include "lib/fixed_text.hpp"

namespace mk {
namespace {

// kmod is one program for all of them, which goes by the name that it is called by.
constexpr const char *tools[] = {"insmod", "modprobe", "rmmod", "kmod"};

bool is_tool(const mk_task &task) {
    Text name = Text::from_c(task.comm);
    for (const char *tool : tools)
        if (name == Text::from_c(tool))
            return true;
    return false;
}

} // namespace

void ToolEvents::explained() {
    mk_task task = current_task();
    if (!is_tool(task))
        return;
    auto explained = explained_.lock();
    auto &place = explained->processes[explained->next++ % (sizeof(explained->processes) /
                                                            sizeof(explained->processes[0]))];
    place = {task.tgid, current_origin().started_ns};
}

bool ToolEvents::is_explained(const mk_task &task, const mk_origin &origin) {
    auto explained = explained_.lock();
    for (const auto &process : explained->processes)
        if (process.tgid == task.tgid && process.started_ns == origin.started_ns)
            return true;
    return false;
}

void ToolEvents::ends(const End &end) {
    using Body = modkeeper_record_tool;
    mk_task task = current_task();
    if (!is_tool(task))
        return;
    mk_origin origin = current_origin();
    // The kernel asks for much that there is not, and each of these has its REQUEST.
    if (origin.helper || is_explained(task, origin))
        return;
    // Each thread of a process that a signal ends comes here.
    explained();
    Standing standing = current_standing(calls_);
    if (!limits_.admit(standing, MODKEEPER_RECORD_TOOL_FAILED))
        return;
    ToolRecord record(MODKEEPER_RECORD_TOOL_FAILED);
    FixedText<command_text_max> command;
    if (!command.fill(mk_read_task_command_nofault))
        record.mark_cut();
    command.join_words();
    record.put(&Body::command, command.text());
    FixedText<path_text_max> directory;
    // Half a path would name another directory.
    if (directory.fill(current_directory))
        record.put(&Body::directory, directory.text());
    Caller caller = Caller::current();
    caller.put(record);
    Body &body = record.body();
    body.capability = caller.capability;
    body.exit_status = end.status;
    body.signal = end.signal;
    body.filters_calls = end.filters_calls;
    body.parent_pid = origin.parent_pid;
    copy_bytes(body.parent_comm, origin.parent_comm, sizeof(body.parent_comm));
    recorder_.append(record, standing.trusted ? Lane::trusted : Lane::anybody);
    recorder_.wake_readers_soon();
}

} // namespace mk
