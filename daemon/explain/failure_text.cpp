// SPDX-License-Identifier: GPL-2.0-only
#include "explain/failure_text.hpp"

#include <fmt/format.h>

#include "base/errno_text.hpp"
#include "base/foreign_text.hpp"
#include "base/format.hpp"
#include "base/text_file.hpp"
#include "explain/actor_text.hpp"
#include "explain/event_details.hpp"
#include "explain/last_load.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::ModuleEvent;

// What shows the cause, behind the sentence that names it.
void add_evidence(Sentences &sentences, const Why &why) {
    const auto &found = *why.diagnosis;
    if (const auto *answer = found.evidence_of<KernelAnswer>())
        sentences.push_back(fmt::format("The kernel answered {}.", errno_text(answer->error)));
    if (const auto *log = found.evidence_of<KernelLines>(); log && !log->lines.empty())
        sentences.push_back(fmt::format("Kernel log: {}", join(log->lines, " | ")));
    add_holders(sentences, found);
    if (found.certainty == Certainty::Inferred)
        sentences.emplace_back(why.no_driver
                                   ? "This is the likely cause; nobody recorded the load."
                                   : "This is the likely cause; the record does not show it.");
    if (why.file.state == RecordedFile::State::Replaced)
        sentences.emplace_back("The file has changed since.");
    if (why.file.state == RecordedFile::State::Gone)
        sentences.emplace_back("The file no longer exists.");
    if (why.file.state == RecordedFile::State::Elsewhere)
        sentences.emplace_back("The file itself was not looked at: whoever loaded it had mounts of "
                               "its own, where that path leads to another file than here.");
}

std::string unload_failure(const Diagnosis &found) {
    if (found.reason.empty())
        return found.outcome;
    return found.outcome.ends_with("was not unloaded") ? found.reason
                                                       : found.outcome + ": " + found.reason;
}

} // namespace

std::string cause_of(const Why &why) {
    return why.diagnosis && !why.diagnosis->reason.empty() ? ": " + why.diagnosis->reason : "";
}

void add_holders(Sentences &sentences, const Diagnosis &found) {
    const auto *held = found.evidence_of<HeldNow>();
    if (held != nullptr)
        sentences.push_back(held->by.clauses.empty()
                                ? "Nothing holds it now."
                                : fmt::format("Held now by {}.", text_of(held->by)));
}

void add_remedies(Sentences &sentences, const Diagnosis &found) {
    if (!found.remedies.empty())
        sentences.push_back(fmt::format("Next: {}.", join(found.remedies, "; ")));
}

void add_file(Sentences &sentences, const ModuleEvent &change) {
    const char *signature = "";
    if (change.signature == driver::Signature::Valid)
        signature = "; its signature is valid";
    else if (change.signature == driver::Signature::None)
        signature = "; it has no signature that the kernel trusts";
    else if (change.signature == driver::Signature::Refused)
        signature = "; its signature was refused";
    if (!change.file.empty())
        sentences.push_back(fmt::format(
            "It came from {}{}{}.", file_text(change),
            change.file_bytes == 0 ? "" : fmt::format(" ({})", human_size(change.file_bytes)),
            signature));
    // modprobe ends every option with a blank
    const std::size_t end = change.args.find_last_not_of(' ');
    if (end != std::string::npos)
        sentences.push_back(fmt::format("Its parameters were {}.", change.args.substr(0, end + 1)));
}

const Event *failed_call(const Why &why) {
    const auto *failed = why.diagnosis ? why.history.last_failure() : nullptr;
    return failed != nullptr && !(why.history.end && why.history.end->sequence == failed->sequence)
               ? failed
               : nullptr;
}

void add_failed_call(Sentences &sentences, const Why &why, const Event &failed) {
    const auto &found = *why.diagnosis;
    const auto *change = failed.as<ModuleEvent>();
    const auto when = human_time(failed.realtime_ns);
    if (change == nullptr) {
        sentences.push_back(fmt::format("Unloading module {} failed at {}: {}.", why.history.module,
                                        when, unload_failure(found)));
        sentences.push_back(fmt::format("{} tried to unload it.", who(failed)));
    } else {
        sentences.push_back(fmt::format("Loading module {}{} failed at {}{}.", why.history.module,
                                        why.is_about_failure ? "" : " again", when, cause_of(why)));
        sentences.push_back(fmt::format("{} tried to load it{}{}.", who(failed),
                                        command_of(*change), parent_of(*change)));
        add_file(sentences, *change);
    }
    add_evidence(sentences, why);
    add_remedies(sentences, found);
}

void add_tool(Sentences &sentences, const Why &why) {
    const auto &[event, task, target, found] = *why.tool;
    const auto &tool = *event.as<driver::ToolFailure>();
    const auto when = human_time(event.realtime_ns);
    if (task.unloads)
        sentences.push_back(fmt::format("{} did not unload module {} at {}: {}.", event.comm,
                                        as_word(found.subject), when, unload_failure(found)));
    else
        sentences.push_back(
            fmt::format("Module {} {}: {} gave up at {}: {}{}", as_word(found.subject),
                        is_in_kernel(why.state) ? "was not loaded again" : "is not loaded",
                        event.comm, when, found.reason, found.reason.ends_with('?') ? "" : "."));
    sentences.push_back(fmt::format("{} tried to {} it{}{}{}.", who(event),
                                    task.unloads ? "unload" : "load", command_of(tool),
                                    tool.directory.empty() || is_path(target) || !task.takes_files
                                        ? ""
                                        : ", in " + as_word(tool.directory),
                                    parent_of(tool)));
    if (found.certainty == Certainty::Inferred)
        sentences.emplace_back("This is the likely cause; the record does not show it.");
    add_holders(sentences, found);
    add_remedies(sentences, found);
}

void add_failure(Sentences &sentences, const Why &why) {
    const LoadHistory &story = why.history;
    const bool is_unfinished = story.begin && !story.end;
    const bool is_last = story.has_failed() || is_unfinished || why.no_driver;
    if (!why.diagnosis || !is_last || story.failed_since)
        return;
    add_evidence(sentences, why);
    add_remedies(sentences, *why.diagnosis);
    if (const auto *worked = why.diagnosis->evidence_of<WorkedBefore>())
        sentences.push_back(text_of(*worked) + ".");
}

} // namespace mk
