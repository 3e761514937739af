// SPDX-License-Identifier: GPL-2.0-only
#include "cli/event_text.hpp"

#include <cstring>
#include <fmt/format.h>

#include <linux/modkeeper.h>

#include "cli/human.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace mk::cli {
namespace {

using driver::Event;
using driver::EventKind;

constexpr std::uint32_t no_loginuid = 4294967295U;

struct Words {
    const char *text;
    const char *json;
    Colour colour;
};

Words words_of(EventKind kind) {
    switch (kind) {
    case EventKind::Lost:
        return {"LOST", "lost", Colour::Yellow};
    case EventKind::Present:
        return {"present", "present", Colour::Faint};
    case EventKind::LoadBegin:
        return {"begin", "load_begin", Colour::Plain};
    case EventKind::LoadLive:
        return {"live", "load_live", Colour::Green};
    case EventKind::LoadFailed:
        return {"failed", "load_failed", Colour::Red};
    case EventKind::Unload:
        break;
    }
    return {"unload", "unload", Colour::Plain};
}

std::string details_of_kind(const Event &event) {
    switch (event.kind) {
    case EventKind::Lost:
        return fmt::format("{} records were overwritten before they were read", event.lost);
    case EventKind::LoadBegin:
        return event.args.empty()
                   ? human_size(event.core_bytes + event.init_bytes)
                   : fmt::format("{} {}", human_size(event.core_bytes + event.init_bytes),
                                 printable(event.args));
    case EventKind::LoadFailed:
        return event.error == 0 ? "error not known" : human_errno(event.error);
    default:
        return human_size(event.core_bytes);
    }
}

std::string details_of(const Event &event) {
    return details_of_kind(event) + (event.truncated ? " (cut to fit)" : "");
}

constexpr std::string_view columns = "{:<22}  {:>6}  {:<7}  {:<20}  {:>9}  {:<28}  {}";

} // namespace

std::string event_titles() {
    return painted(fmt::format(columns, "TIME", "SEQ", "EVENT", "MODULE", "TOOK", "BY", "DETAILS"),
                   Colour::Bold);
}

std::string event_line(const Event &event) {
    // what was there before, nobody did just now
    const bool by_nobody = event.kind == EventKind::Lost || event.kind == EventKind::Present;
    const Words words = words_of(event.kind);
    const std::string took = event.duration_ns == 0 ? "" : human_duration(event.duration_ns);
    const std::string by =
        by_nobody ? "" : fmt::format("{}[{}] uid {}", printable(event.comm), event.tgid, event.uid);
    return painted(fmt::format(columns, human_time(event.realtime_ns), event.sequence, words.text,
                               printable(event.module), took, by, details_of(event)),
                   words.colour);
}

std::string event_json(const Event &event) {
    Json json = {{"sequence", event.sequence},
                 {"kind", words_of(event.kind).json},
                 {"boottime_ns", event.boottime_ns},
                 {"realtime_ns", event.realtime_ns},
                 {"cpu", event.cpu},
                 {"pid", event.pid},
                 {"tgid", event.tgid},
                 {"uid", event.uid},
                 {"loginuid", event.loginuid == no_loginuid ? Json() : Json(event.loginuid)},
                 {"comm", event.comm}};
    const bool lost = event.kind == EventKind::Lost;
    const bool failed = event.kind == EventKind::LoadFailed;
    const auto of_module = [&](auto value) { return lost ? Json() : Json(value); };
    json["lost"] = lost ? Json(event.lost) : Json();
    json["module"] = of_module(event.module);
    json["version"] = text_or_null(event.version);
    json["srcversion"] = text_or_null(event.srcversion);
    json["args"] = event.kind == EventKind::LoadBegin ? Json(event.args) : Json();
    json["load_sequence"] = of_module(event.load_sequence);
    json["taints"] = of_module(event.taints);
    json["core_bytes"] = of_module(event.core_bytes);
    json["init_bytes"] = of_module(event.init_bytes);
    json["duration_ns"] = event.duration_ns == 0 ? Json() : Json(event.duration_ns);
    json["error"] = failed && event.error != 0 ? Json(event.error) : Json();
    const char *error_name = failed ? strerrorname_np(event.error) : nullptr;
    json["error_name"] = event.error != 0 && error_name != nullptr ? Json(error_name) : Json();
    json["stage"] = failed && event.stage == MODKEEPER_STAGE_UNKNOWN ? Json("unknown") : Json();
    json["truncated"] = event.truncated;
    return json_line(json);
}

} // namespace mk::cli
