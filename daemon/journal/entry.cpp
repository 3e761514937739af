// SPDX-License-Identifier: GPL-2.0-only
#include "journal/entry.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include <cerrno>
#include <cstring>

#include "base/errno_text.hpp"
#include "base/foreign_text.hpp"
#include "base/text_file.hpp"
#include "base/utf8.hpp"
#include "driver_client/event_codec.hpp"
#include "driver_client/event_names.hpp"
#include "explain/control_group.hpp"
#include "explain/explain_record.hpp"
#include "explain/tool_task.hpp"
#include "journal/message_ids.hpp"
#include "journal/policy_words.hpp"

namespace mk::journal {

namespace {

using driver::Event;
using driver::EventKind;

constexpr std::string_view prefix = "MODKEEPER_";

std::string entry_field(std::string_view event_field) {
    std::string field(prefix);
    for (char letter : event_field)
        field += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    return field;
}

std::string text_of(const driver::FieldValue &value) {
    if (const auto *text = std::get_if<std::string>(&value))
        return *text;
    if (const auto *names = std::get_if<std::vector<std::string>>(&value))
        return join(*names, ",");
    if (const auto *on = std::get_if<bool>(&value))
        return *on ? "true" : "false";
    return std::to_string(std::get<std::uint64_t>(value));
}

// "12.3 ms"
std::string took(std::uint64_t ns) {
    return ns == 0 ? "" : fmt::format(" in {:.1f} ms", static_cast<double>(ns) / 1e6);
}

// It is no fault if a module finds no hardware, or if it was already loaded, and the wish of an
// administrator if the policy denied it.
int priority_of(const driver::ModuleEvent &change) {
    if (change.stage == driver::Stage::Policy)
        return LOG_WARNING;
    const bool usual = change.stage == driver::Stage::Duplicate ||
                       (change.stage == driver::Stage::Init && change.error == ENODEV);
    return usual ? LOG_NOTICE : LOG_ERR;
}

Words words_of_suppressed(const Event &event, const driver::Suppressed &suppressed) {
    const auto who = event.uid == driver::no_uid ? std::string("several users")
                                                 : fmt::format("user {}", event.uid);
    return {suppressed_id, LOG_NOTICE,
            fmt::format("events not recorded: {} of kind {} caused by {}; too many came at once",
                        suppressed.count, driver::name_of(suppressed.kind), who)};
}

// That a tool was told to load or unload.
ModuleNames modules_of(const Event &event) {
    ModuleNames modules;
    const auto *tool = event.as<driver::ToolFailure>();
    const auto task = tool != nullptr ? tool_task(tool->command) : std::nullopt;
    if (task)
        for (const auto &target : task->targets)
            modules.push_back(module_given_by(target));
    return modules;
}

// The cause takes depmod's index and the files that it names: "modkeeper why" looks for it.
Words words_of_tool(const Event &event, const driver::ToolFailure &tool) {
    const auto task = tool_task(tool.command);
    const auto modules = modules_of(event);
    const auto end = tool.signal != 0 ? fmt::format("signal {} ended it", tool.signal)
                                      : fmt::format("it gave up with status {}", tool.exit_status);
    auto message = fmt::format("{} failed: {}: {}", by_whom(event), end, in_quotes(tool.command));
    if (task && modules.size() == 1 && !event.truncated)
        message = fmt::format("module {} was not {} by {}: {}", as_word(modules.front()),
                              task->unloads ? "unloaded" : "loaded", by_whom(event), end);
    return {tool_failed_id, LOG_NOTICE, std::move(message)};
}

Words words_of_event(const Event &event, const KernelState &kernel) {
    const auto *change = event.as<driver::ModuleEvent>();
    const auto module = as_word(driver::module_of(event));
    if (const auto *suppressed = event.as<driver::Suppressed>())
        return words_of_suppressed(event, *suppressed);
    if (const auto *tool = event.as<driver::ToolFailure>())
        return words_of_tool(event, *tool);
    if (const auto *decision = event.as<driver::PolicyDecision>())
        return words_of(event, *decision);
    if (const auto *policy = event.as<driver::PolicyChange>())
        return words_of(event, *policy);
    if (event.kind == EventKind::UnloadRefused) {
        const Error error = explain_refusal(event, Audience::RecordReaders);
        return {unload_refused_id, LOG_WARNING, error.message, std::string(error_name(error.code)),
                std::string(word_of(error.facts.cause))};
    }
    if (event.kind == EventKind::LoadFailed) {
        const Error error = explain_failure(event, Audience::RecordReaders, kernel);
        return {load_failed_id, change != nullptr ? priority_of(*change) : LOG_ERR, error.message,
                std::string(error_name(error.code)), std::string(word_of(error.facts.cause))};
    }
    const std::uint64_t duration = change != nullptr ? change->duration_ns : 0;
    if (event.kind == EventKind::Unload)
        return {
            unloaded_id, LOG_INFO,
            fmt::format("module {} was unloaded by {}{}", module, by_whom(event), took(duration))};
    std::string message =
        fmt::format("module {} was loaded by {}{}", module, by_whom(event), took(duration));
    if (change != nullptr && change->link != driver::Link::None)
        message += fmt::format(", because {}[{}] needed {}", as_word(change->request_comm),
                               change->request_pid, in_quotes(change->alias));
    return {loaded_id, LOG_INFO, std::move(message)};
}

} // namespace

std::string by_whom(const Event &event) {
    const auto group = read_control_group(driver::cgroup_of(event));
    // Of a job, fields of its own say who asked.
    const auto place = group.unit == "modkeeperd.service" ? "" : place_text(group);
    return fmt::format("{}[{}]{}", as_word(event.comm), event.tgid,
                       place.empty() ? "" : " (" + place + ")");
}

bool is_entered(const Event &event) {
    if (const auto *decision = event.as<driver::PolicyDecision>())
        return is_entered(*decision);
    switch (event.kind) {
    case EventKind::LoadLive:
    case EventKind::LoadFailed:
    case EventKind::Unload:
    case EventKind::UnloadRefused:
    case EventKind::Suppressed:
    case EventKind::PolicyChange:
        return true;
    // Anybody can run a tool on any name, and would write into the history of that module.
    case EventKind::ToolFailed:
        return !event.anybody;
    default:
        return false;
    }
}

Fields entry_of(const Event &event, const KernelState &kernel) {
    const Words words = words_of_event(event, kernel);
    // journalctl shows no text with control characters, which may come from the kernel log.
    Fields fields = {fmt::format("MESSAGE={}", to_ascii(words.message)),
                     fmt::format("MESSAGE_ID={}", words.id),
                     fmt::format("PRIORITY={}", words.priority)};
    if (const int error = driver::error_of(event); error != 0) {
        fields.push_back(fmt::format("ERRNO={}", error));
        if (const auto name = errno_name(error); !name.empty())
            fields.push_back(fmt::format("MODKEEPER_ERRNO_NAME={}", name));
    }
    if (!words.error_name.empty())
        fields.push_back("MODKEEPER_ERROR=" + words.error_name);
    if (!words.cause.empty())
        fields.push_back("MODKEEPER_CAUSE=" + words.cause);
    for (const driver::Field &field : driver::fields_of(event))
        fields.push_back(entry_field(field.name) + '=' + text_of(field.value));
    // Of several, it is not known which failed; of a command line that was cut, the last name.
    const auto modules = modules_of(event);
    const bool is_sure = modules.size() == 1 && !event.truncated;
    for (const auto &module : modules)
        fields.push_back(entry_field(is_sure ? "module" : "target") + '=' + module);
    if (!kernel.release.empty())
        fields.push_back(fmt::format("{}={}", kernel_release_field, kernel.release));
    return fields;
}

Fields fields_of(const BuildId &build) {
    if (build.build_id.empty())
        return {};
    return {fmt::format("{}={}", build_id_field, build.build_id)};
}

std::string event_field(std::string_view entry_field) {
    if (!entry_field.starts_with(prefix))
        return {};
    std::string field;
    for (char letter : entry_field.substr(prefix.size()))
        field += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return field;
}

std::optional<Event> event_of_entry(const std::map<std::string, std::string> &fields) {
    std::map<std::string, std::string> texts;
    for (const auto &[name, value] : fields)
        if (std::string field = event_field(name); !field.empty())
            texts.emplace(std::move(field), value);
    auto event = driver::event_of(texts);
    if (event && !is_entered(*event))
        return std::nullopt;
    return event;
}

} // namespace mk::journal
