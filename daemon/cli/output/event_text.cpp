// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/event_text.hpp"

#include <array>
#include <cstring>
#include <fmt/format.h>

#include "base/columns.hpp"
#include "base/errno_text.hpp"
#include "base/format.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "driver_client/event_codec.hpp"
#include "driver_client/event_names.hpp"
#include "explain/event_details.hpp"
#include "explain/explain_record.hpp"

namespace mk::cli {
namespace {

using driver::Event;
using driver::EventKind;

struct Words {
    const char *text;
    Colour colour;
};

Words words_of_decision(const Event &event) {
    const auto *decision = event.as<driver::PolicyDecision>();
    if (decision != nullptr && decision->outcome == driver::PolicyVerdict::Allowed)
        return {"permitted", Colour::Yellow};
    const bool denied = decision != nullptr && decision->outcome == driver::PolicyVerdict::Denied;
    return denied ? Words{"denied", Colour::Red} : Words{"warned", Colour::Yellow};
}

Words words_of(const Event &event) {
    switch (event.kind) {
    case EventKind::Lost:
        return {"LOST", Colour::Yellow};
    case EventKind::Present:
        return {"present", Colour::Faint};
    case EventKind::LoadBegin:
        return {"begin", Colour::Plain};
    case EventKind::LoadLive:
        return {"live", Colour::Green};
    case EventKind::LoadFailed:
        return {"failed", Colour::Red};
    case EventKind::UnloadRefused:
        return {"refused", Colour::Red};
    case EventKind::Request:
        return {"request", Colour::Plain};
    case EventKind::Parameter:
        return {"parameter", driver::is_failure(event) ? Colour::Red : Colour::Plain};
    case EventKind::Reference:
        return {"reference", Colour::Faint};
    case EventKind::Mark:
        return {"mark", Colour::Bold};
    case EventKind::Suppressed:
        return {"left out", Colour::Yellow};
    case EventKind::PolicyDecision:
        return words_of_decision(event);
    case EventKind::PolicyChange:
        return {"policy", Colour::Bold};
    case EventKind::ToolFailed:
        return {"gave up", Colour::Red};
    case EventKind::Unload:
        break;
    }
    return {"unload", Colour::Plain};
}

std::uint64_t duration_of(const Event &event) {
    if (const auto *change = event.as<driver::ModuleEvent>())
        return change->duration_ns;
    const auto *refused = event.as<driver::RefusedUnload>();
    return refused != nullptr ? refused->duration_ns : 0;
}

struct Column {
    std::size_t width;
    Align align = Align::Left;
};
constexpr Column columns[] = {{22}, {6, Align::Right}, {9}, {20}, {9, Align::Right}, {28}};

// The last cell is not padded.
std::string line_of(const std::array<std::string, std::size(columns) + 1> &cells) {
    std::string line;
    for (std::size_t i = 0; i < std::size(columns); ++i)
        line += padded(cells[i], columns[i].width, columns[i].align) + "  ";
    return line + cells.back();
}

} // namespace

std::string event_titles() {
    return painted(line_of({"TIME", "SEQ", "EVENT", "MODULE", "TOOK", "BY", "DETAILS"}),
                   Colour::Bold);
}

std::string event_line(const Event &event) {
    // nobody has caused a PRESENT event just now
    const bool by_nobody = event.kind == EventKind::Lost || event.kind == EventKind::Present;
    const Words words = words_of(event);
    const std::uint64_t duration = duration_of(event);
    const std::string by =
        by_nobody ? "" : fmt::format("{}[{}] uid {}", printable(event.comm), event.tgid, event.uid);
    return painted(
        line_of({human_time(event.realtime_ns), std::to_string(event.sequence), words.text,
                 printable(driver::module_of(event)), duration == 0 ? "" : human_duration(duration),
                 by, event_details(event)}),
        words.colour);
}

namespace {

// Events without an actor have none, and lost records have no time.
bool has_actor(const Event &event) {
    return event.kind != EventKind::Lost && event.kind != EventKind::Present;
}

void add_error(Json &json, const Event &event) {
    static const auto kernel = KernelState::read();
    if (const auto error = error_of_record(event, kernel))
        add(json, "error", std::string(error_name(*error)));
    if (const int number = driver::error_of(event); number != 0)
        if (const auto name = errno_name(number); !name.empty())
            add(json, "errno_name", name);
}

} // namespace

Json json_of(const Event &event) {
    Json json = Json::object();
    each_member(event_members,
                [&](std::string_view name, bool) { json[std::string(name)] = nullptr; });
    for (const driver::Field &field : driver::fields_of(event))
        if (const auto member = json.find(std::string(field.name)); member != json.end())
            std::visit([&](const auto &value) { *member = value; }, field.value);
    if (!has_actor(event))
        for (const char *name : {"cpu", "pid", "tgid", "uid", "loginuid", "comm"})
            json[name] = nullptr;
    add(json, "anybody", event.anybody);
    add(json, "time", time_or_null(event.realtime_ns));
    add(json, "realtime_ns", number_or_null(event.realtime_ns));
    add(json, "boottime_ns", number_or_null(event.boottime_ns));
    add_error(json, event);
    return json;
}

std::string event_json(const Event &event) {
    return json_line(json_of(event));
}

} // namespace mk::cli
