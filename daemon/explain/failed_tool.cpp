// SPDX-License-Identifier: GPL-2.0-only
#include "explain/failed_tool.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/control_group.hpp"
#include "explain/explain_unload.hpp"
#include "explain/recorded_file.hpp"
#include "system/kernel_state.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

using driver::Event;

const driver::ToolFailure &body_of(const Event &event) {
    return *event.as<driver::ToolFailure>();
}

// The file that a tool was given; "": where it lies is not known.
std::string path_of(const std::string &target, const driver::ToolFailure &tool) {
    if (is_path(target))
        return target;
    if (tool.directory.empty())
        return "";
    return (std::filesystem::path(tool.directory) / target).lexically_normal();
}

// An error about a file or a name that a tool was given.
Diagnosis of_error(const Error &error) {
    const auto cause = cause_of(error);
    switch (cause) {
    case Cause::NoSuchModule:
        return failure(
            cause, {}, error.message,
            "check the spelling and the path; install the package that has the module, or "
            "run depmod -a after you installed it by hand");
    case Cause::UnreadableFile:
        return failure(cause, {}, error.message, "do it as a user who may read the file");
    case Cause::WrongArchitecture:
        return failure(cause, {}, error.message, "install the build for this machine");
    case Cause::NoIndex:
        return failure(cause, {}, error.message, "sudo depmod -a");
    case Cause::DamagedFile:
    case Cause::NotAModule:
        return failure(cause, {}, error.message, "build or install it again");
    default:
        return failure(cause, {}, error.message);
    }
}

// "ssh.service", "the docker container web"; "the process" where neither is known.
std::string place_of(const driver::ToolFailure &tool) {
    const auto place = place_text(read_control_group(tool.cgroup));
    return place.empty() ? "the process" : place;
}

Diagnosis filtered(const driver::ToolFailure &tool, std::string_view reason, Certainty certainty) {
    return failure(
        Cause::FilteredCall, {}, reason,
        fmt::format("look at SystemCallFilter= and ProtectKernelModules= of {}, or at the "
                    "profile of its container; or load it on the host, or ask the daemon "
                    "with \"modkeeper load\"",
                    place_of(tool)),
        certainty);
}

std::optional<Diagnosis> ended_by_signal(const driver::ToolFailure &tool) {
    if (tool.signal == 0)
        return std::nullopt;
    if (tool.signal == SIGSYS)
        return filtered(tool, "a filter of system calls (seccomp) ended it as it asked the kernel",
                        Certainty::Seen);
    const char *name = sigabbrev_np(static_cast<int>(tool.signal));
    return failure(
        Cause::Interrupted, {},
        fmt::format("signal {} ended it before it asked the kernel",
                    name == nullptr ? std::to_string(tool.signal) : "SIG" + std::string(name)),
        "run it again");
}

// What is wrong with a file that insmod was given.
std::optional<Diagnosis> fault_of_file(const std::string &path, const Event &event) {
    if (path.empty())
        return std::nullopt;
    if (const auto file = describe_file(path); !file)
        return of_error(file.error());
    struct stat status {};
    constexpr mode_t others_read = 0004;
    if (event.uid != 0 && stat(path.c_str(), &status) == 0 && status.st_uid != event.uid &&
        (status.st_mode & others_read) == 0)
        return failure(Cause::UnreadableFile, {},
                       fmt::format("user {} may not read {}", event.uid, quote(path)),
                       "ask as a user who may read it");
    return std::nullopt;
}

// Why modprobe did not come to the kernel with a name. It heeds no blacklist for a name, and what
// it loads for others is theirs.
std::optional<Diagnosis> fault_of_name(const std::string &target, const ToolTask &task,
                                       Result<Catalog> &catalog, bool may_open_file) {
    const ModuleName module(target);
    const LoadedModules loaded;
    if (task.must_be_first && check_name(module) && is_in_kernel(loaded.state(module)))
        return failure(Cause::AlreadyLoaded, {}, "a module of this name is loaded",
                       fmt::format("\"modkeeper reload {}\" loads it anew", as_word(module)));
    if (task.has_other_root)
        return failure(
            Cause::NoSuchModule, {},
            "it was told to look elsewhere (--dirname, --set-version, --config), and found "
            "nothing there that it could load",
            "look whether the module is there", Certainty::Inferred);
    if (!catalog)
        return of_error(catalog.error());
    if (const auto file = catalog.value().find(target); !file)
        return of_error(file.error());
    const auto names = catalog.value().resolve_names(target);
    if (!names)
        return of_error(names.error());
    for (const auto &name : names.value()) {
        auto found = configured_refusals(catalog.value(), name);
        std::erase_if(found, [](const auto &one) { return one.cause == Cause::Blacklisted; });
        if (found.empty() && may_open_file)
            found = file_refusals(catalog.value(), name);
        if (!found.empty())
            return std::move(found.front());
    }
    return std::nullopt;
}

// rmmod looks at the references itself, and does not ask when there are any.
Diagnosis fault_of_unload(const ModuleName &module) {
    const LoadedModules loaded;
    UnloadRefusal refusal;
    refusal.module = module;
    refusal.state = check_name(module) ? loaded.state(module) : LoadState::Absent;
    refusal.error = refusal.state == LoadState::Absent ? ENOENT : EAGAIN;
    if (const auto found = loaded.find(module)) {
        refusal.references = found->references;
        refusal.permanent = found->permanent;
        refusal.holders = loaded.holders(module);
    }
    auto found = diagnose_unload(refusal);
    // It was not asked.
    found.evidence.clear();
    if (found.cause == Cause::Held && refusal.references > 0)
        found.remedies.insert(found.remedies.begin(),
                              fmt::format("see who: modkeeper holders {}", as_word(module)));
    return found;
}

std::string how_it_ended(const driver::ToolFailure &tool) {
    return fmt::format("it ended with status {} and never asked the kernel", tool.exit_status);
}

Diagnosis diagnose(const FailedTool &failed, Result<Catalog> &catalog, bool may_open_file) {
    const auto &tool = body_of(failed.event);
    if (auto ended = ended_by_signal(tool))
        return std::move(*ended);
    const bool is_here = shares_our_mounts(tool.mount_namespace);
    std::optional<Diagnosis> found;
    if (is_here && failed.task.unloads)
        return fault_of_unload(module_given_by(failed.target));
    // A path is the caller's to look at, whatever the tool: whoever wrote it may not see what is
    // there.
    const bool is_file = failed.task.takes_files || failed.target.find('/') != std::string::npos;
    if (is_here && !is_file)
        found = fault_of_name(failed.target, failed.task, catalog, may_open_file);
    else if (is_here && may_open_file)
        found = fault_of_file(path_of(failed.target, tool), failed.event);
    if (found)
        return std::move(*found);
    if (tool.filters_calls)
        return filtered(tool,
                        how_it_ended(tool) + "; a filter of system calls (seccomp) applied to it",
                        Certainty::Inferred);
    if (!is_here)
        return failure(
            Cause::UnreadableFile, {},
            how_it_ended(tool) + "; it had mounts of its own, where the file may be hidden",
            fmt::format("look at ProtectKernelModules=, PrivateTmp= and ProtectHome= of {}, "
                        "or do it outside of its container",
                        place_of(tool)),
            Certainty::Inferred);
    return failure(Cause::Unknown, {}, how_it_ended(tool), "run it again and read what it prints");
}

} // namespace

std::string target_of(const Event &event) {
    const auto *tool = event.as<driver::ToolFailure>();
    const auto task = tool == nullptr ? std::nullopt : tool_task(tool->command);
    return task ? task->targets.front() : "";
}

bool is_believed(const Event &event) {
    return event.uid == 0;
}

const Event *last_failed_tool(const std::vector<Event> &events, const ModuleName &module,
                              std::string_view target, bool any) {
    const ModuleName asked(target);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (!module.empty() && driver::module_of(*event) == module &&
            event->kind != driver::EventKind::Reference &&
            event->kind != driver::EventKind::Parameter)
            return nullptr;
        const auto *tool = event->as<driver::ToolFailure>();
        const auto task = tool == nullptr ? std::nullopt : tool_task(tool->command);
        if (!task || (!any && !is_believed(*event)))
            continue;
        const auto is_meant = [&](const std::string &one) {
            const auto given = module_given_by(one);
            return given == module || given == asked || path_of(one, *tool) == target;
        };
        if (std::ranges::any_of(task->targets, is_meant))
            return &*event;
    }
    return nullptr;
}

FailedTool explain_tool(const Event &event, const ModuleName &module, Result<Catalog> &catalog,
                        bool may_open_file) {
    FailedTool failed;
    failed.event = event;
    failed.task = *tool_task(body_of(event).command);
    const auto &targets = failed.task.targets;
    const auto named = std::ranges::find_if(
        targets, [&](const std::string &one) { return module_given_by(one) == module; });
    failed.target = named == targets.end() ? targets.front() : *named;
    failed.diagnosis = diagnose(failed, catalog, may_open_file);
    failed.diagnosis.subject = module_given_by(failed.target);
    return failed;
}

} // namespace mk
