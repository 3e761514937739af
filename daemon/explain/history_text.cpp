// SPDX-License-Identifier: GPL-2.0-only
#include "explain/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/format.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "explain/actor_text.hpp"
#include "explain/client.hpp"
#include "explain/control_group.hpp"
#include "explain/event_details.hpp"
#include "explain/explain_record.hpp"
#include "explain/failure_text.hpp"
#include "explain/last_load.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::ModuleEvent;

// More than these are for machines.
constexpr std::size_t devices_shown = 5;

std::string now_of(const Why &why) {
    const LoadHistory &story = why.history;
    const std::string &name = story.module;
    if (name.empty() && story.end)
        return fmt::format("A load failed at {}, before the kernel read the module's name{}.",
                           human_time(story.end->realtime_ns), cause_of(why));
    if (why.state == LoadState::Going && !why.is_about_failure)
        return fmt::format("Module {} is being unloaded: its exit has not returned.", name);
    if (story.unload)
        return fmt::format("Module {} is not loaded: {} unloaded it at {}.", name,
                           who(*story.unload), human_time(story.unload->realtime_ns));
    if (story.has_failed() && !story.loaded_for.empty())
        return fmt::format(
            "Module {} is not loaded: module {}, which it needs, could not be loaded "
            "at {}{}.",
            story.loaded_for, name, human_time(story.end->realtime_ns), cause_of(why));
    if (story.has_failed())
        return fmt::format("Module {} is not loaded: the last attempt failed at {}{}.", name,
                           human_time(story.end->realtime_ns), cause_of(why));
    if (story.present)
        return fmt::format("Module {} was loaded before the driver: who loaded it, and "
                           "why, is not known.",
                           name);
    if (story.end)
        return fmt::format("Module {} has been loaded since {}.", name,
                           human_time(story.end->realtime_ns));
    if (story.begin && why.has_crashed)
        return fmt::format("Module {} is half loaded since {}{}.", name,
                           human_time(story.begin->realtime_ns), cause_of(why));
    if (story.begin)
        return fmt::format("Module {} is being loaded since {}: its init has not returned{}.", name,
                           human_time(story.begin->realtime_ns),
                           why.waits_where.empty() ? "" : ", it waits " + why.waits_where);
    if (why.is_loaded())
        return fmt::format("Module {} is loaded{}.", name,
                           why.no_driver ? "" : "; the record does not reach back that far");
    if (why.no_driver && name.empty())
        return fmt::format("The last load that the kernel's log tells of failed{}.", cause_of(why));
    return fmt::format("Module {} is not loaded{}.", name, cause_of(why));
}

void add_request(Sentences &sentences, const LoadHistory &story, const ModuleEvent &change) {
    std::string call, place;
    if (story.request)
        if (const auto *request = story.request->as<driver::ModuleRequest>(); request != nullptr) {
            place = in_place(request->cgroup);
            if (!request->caller.empty())
                call = ", in " + request->caller;
        }
    sentences.push_back(fmt::format("{}[{}] of uid {}{} made the kernel ask for \"{}\"{}.",
                                    change.request_comm, change.request_pid, change.request_uid,
                                    place, change.alias, call));
    if (change.link == driver::Link::Uncertain)
        sentences.emplace_back(
            "That is not certain: several processes asked for the same at that time, "
            "and it may have been another of them.");
}

std::string asked_by(const LoadHistory &story) {
    if (!story.caller)
        return fmt::format("somebody asked for it over D-Bus, and the journal may say who "
                           "(journalctl MODKEEPER_MODULE={})",
                           story.module);
    return client_text(*story.caller) + " asked for it over D-Bus";
}

std::string loader_of(const LoadHistory &story, const Event &load, const ModuleEvent &change) {
    const std::string tried = story.has_failed() ? "tried to load it"
                              : story.end        ? "loaded it"
                                                 : "began to load it";
    const auto command = command_of(change);
    const auto parent = parent_of(change);
    switch (story.trigger) {
    case Trigger::Request:
        return fmt::format("The kernel started {}[{}] for that, which {}{}.", load.comm, load.tgid,
                           tried, command);
    case Trigger::Udev:
        return fmt::format("udev ({}[{}]) {}, as it does when a device comes{}.", load.comm,
                           load.tgid, tried, parent);
    case Trigger::ModulesLoad:
        return fmt::format("{}[{}]{} {}, from a list in modules-load.d or on the kernel command "
                           "line.",
                           load.comm, load.tgid, in_place(change.cgroup), tried);
    case Trigger::Daemon:
        return fmt::format("modkeeperd ({}[{}]) {}: {}.", load.comm, load.tgid, tried,
                           asked_by(story));
    case Trigger::Command:
    case Trigger::Unknown:
        break;
    }
    return fmt::format("{} {}{}{}.", who(load), tried, command, parent);
}

void add_company(Sentences &sentences, const LoadHistory &story) {
    if (!story.loaded_for.empty() && !story.has_failed())
        sentences.push_back(fmt::format("It came with {}, which needs it and was loaded by the "
                                        "same process.",
                                        story.loaded_for));
    if (!story.loaded_first.empty())
        sentences.push_back(fmt::format("It needs {}, which the same process loaded before it.",
                                        join(story.loaded_first)));
}

// Of a load that did not fail: the sentence about a failure has them.
void add_lines(Sentences &sentences, const LoadHistory &story) {
    constexpr std::size_t shown = 4;
    auto lines = telling_lines(*story.end);
    if (lines.empty())
        return;
    const auto more = lines.size() > shown
                          ? fmt::format(" (modkeeper log {} has the rest)", story.module)
                          : std::string();
    lines.resize(std::min(lines.size(), shown));
    const auto text = join(lines, " | ");
    const char *period = more.empty() && text.ends_with('.') ? "" : ".";
    sentences.push_back(
        fmt::format("The kernel printed during the load: {}{}{}", text, more, period));
}

void add_course(Sentences &sentences, const LoadHistory &story) {
    if (!story.end)
        return;
    if (!story.has_failed())
        add_lines(sentences, story);
    const auto *change = story.end->as<ModuleEvent>();
    if (change->duration_ns != 0)
        sentences.push_back(fmt::format(
            "That took {}{}.", human_duration(change->duration_ns),
            change->init_ns == 0
                ? ""
                : fmt::format(", {} of it in its own init", human_duration(change->init_ns))));
}

// For which device udev did it.
void add_cause(Sentences &sentences, const Why &why) {
    const auto needs = why.history.loaded_for.empty()
                           ? std::string()
                           : fmt::format(" that {} drives", why.history.loaded_for);
    if (why.device && why.device->certainty == Certainty::Seen) {
        sentences.push_back(fmt::format(
            "That was for the device {} ({}), which had come {} before.", why.device->device.path,
            why.device->device.modalias, human_duration(why.device->came_before_ns)));
        return;
    }
    if (why.device) {
        sentences.push_back(fmt::format("Likely that was for the device {} ({}), the only one "
                                        "here with an alias that leads to {}.",
                                        why.device->device.path, why.device->device.modalias,
                                        needs.empty() ? "it" : why.history.loaded_for.str()));
        return;
    }
    if (why.devices.empty()) {
        sentences.emplace_back("No device that is here now has an alias that leads to it: the "
                               "device is gone, or a rule of udev names the module.");
        return;
    }
    sentences.push_back(fmt::format("That was for one of the {} devices here{}:",
                                    why.devices.size(), needs.empty() ? " that it drives" : needs));
    for (std::size_t i = 0; i < why.devices.size() && i < devices_shown; ++i)
        sentences.push_back(fmt::format("{} ({})", why.devices[i].path, why.devices[i].modalias));
    if (why.devices.size() > devices_shown)
        sentences.push_back(
            fmt::format("And {} more devices.", why.devices.size() - devices_shown));
}

// Why there is no record.
void add_absence(Sentences &sentences, const Diagnosis &absence) {
    auto reason = absence.reason;
    reason.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(reason.front())));
    sentences.push_back(fmt::format("{}. So nobody recorded what happened.", reason));
    add_remedies(sentences, absence);
}

void add_devices(Sentences &sentences, const std::vector<CandidateDevice> &devices) {
    for (std::size_t i = 0; i < devices.size() && i < devices_shown; ++i)
        sentences.push_back(
            fmt::format("It drives the device {} ({}).", devices[i].path, devices[i].modalias));
    if (devices.size() > devices_shown)
        sentences.push_back(fmt::format("And {} more devices.", devices.size() - devices_shown));
}

// Where to look when nobody saw it.
void add_advice(Sentences &sentences, bool has_devices) {
    if (has_devices)
        sentences.emplace_back("Likely it was loaded for that device while the machine booted.");
    sentences.emplace_back("Look next: modkeeper history for earlier boots, modules-load.d and the "
                           "initial RAM disk (lsinitramfs), journalctl -b -k. The driver sees what "
                           "is loaded after it: load it early.");
}

void add_unanswered(Sentences &sentences, const Event &event) {
    const auto &request = *event.as<driver::ModuleRequest>();
    sentences.push_back(fmt::format(
        "{}[{}] of uid {}{} made the kernel ask for \"{}\" at {}{}, and "
        "nothing was loaded for that.",
        event.comm, event.tgid, event.uid, in_place(request.cgroup), request.alias,
        human_time(event.realtime_ns), request.caller.empty() ? "" : ", in " + request.caller));
}

// What keeps it from the kernel now is why it is not loaded, unless a load failed since.
bool is_kept_away(const Why &why) {
    const auto &story = why.history;
    if (why.configured.empty() || is_in_kernel(why.state) || story.is_live() ||
        why.is_about_failure)
        return false;
    return why.unanswered || (!story.has_failed() && !why.diagnosis);
}

void add_obstacles(Sentences &sentences, const Why &why) {
    bool is_first = is_kept_away(why);
    for (const Diagnosis &obstacle : why.configured) {
        sentences.push_back(is_first ? fmt::format("Module {} is not loaded: {}.",
                                                   why.history.module, obstacle.reason)
                                     : fmt::format("Now {}.", obstacle.reason));
        add_remedies(sentences, obstacle);
        is_first = false;
    }
}

void add_story(Sentences &sentences, const Why &why) {
    const LoadHistory &story = why.history;
    if (const Event *load = story.load()) {
        const auto &change = *load->as<ModuleEvent>();
        if (change.link != driver::Link::None)
            add_request(sentences, story, change);
        sentences.push_back(loader_of(story, *load, change));
        if (story.trigger == Trigger::Udev)
            add_cause(sentences, why);
        add_company(sentences, story);
        add_file(sentences, change);
        add_course(sentences, story);
    } else if (story.present || why.is_loaded()) {
        add_devices(sentences, why.devices);
        if (!why.no_driver)
            add_advice(sentences, !why.devices.empty());
    }
}

} // namespace

std::vector<std::string> sentences_of(const Why &why) {
    const LoadHistory &story = why.history;
    Sentences sentences;
    if (why.no_driver)
        add_absence(sentences, *why.no_driver);
    if (why.tool)
        add_tool(sentences, why);
    if (why.tool && !story.is_known() && !story.failed_since)
        return sentences;
    const auto *failed = failed_call(why);
    const bool leads = failed != nullptr && why.is_about_failure;
    if (leads)
        add_failed_call(sentences, why, *failed);
    const bool is_kept = is_kept_away(why) && !why.tool;
    if (is_kept)
        add_obstacles(sentences, why);
    if (is_kept && why.unanswered)
        add_unanswered(sentences, *why.unanswered);
    const bool is_said = is_kept || (why.tool && story.unload);
    if (!is_said || story.has_failed())
        sentences.push_back(now_of(why));
    else if (story.unload)
        sentences.push_back(fmt::format("{} unloaded it at {}.", who(*story.unload),
                                        human_time(story.unload->realtime_ns)));
    if (!is_kept && why.unanswered)
        add_unanswered(sentences, *why.unanswered);
    add_story(sentences, why);
    if (!leads)
        add_failure(sentences, why);
    for (const Event &refused : story.refused)
        if (!leads || refused.sequence != failed->sequence)
            sentences.push_back(
                fmt::format("At {}: {}.", human_time(refused.realtime_ns),
                            explain_refusal(refused, Audience::RecordReaders, why.kernel).message));
    if (!leads && why.diagnosis && why.diagnosis->evidence_of<HeldNow>()) {
        add_holders(sentences, *why.diagnosis);
        add_remedies(sentences, *why.diagnosis);
    }
    if (failed != nullptr && failed->kind == driver::EventKind::LoadFailed && !leads)
        add_failed_call(sentences, why, *failed);
    if (!is_kept && !why.tool)
        add_obstacles(sentences, why);
    return sentences;
}

} // namespace mk
