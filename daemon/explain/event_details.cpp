// SPDX-License-Identifier: GPL-2.0-only
#include "explain/event_details.hpp"

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/format.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"
#include "explain/control_group.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::EventKind;

// Pieces with a blank between them; empty ones leave none.
class Pieces {
  public:
    void add(std::string_view piece) {
        if (piece.empty())
            return;
        text_ += text_.empty() ? "" : " ";
        text_ += printable(piece);
    }
    std::string text() const { return text_; }

  private:
    std::string text_;
};

std::string_view spaced(std::string_view name, std::string &place) {
    place = name;
    for (char &letter : place)
        if (letter == '-')
            letter = ' ';
    return place;
}

std::string reason_of(const driver::ModuleEvent &change) {
    const bool known =
        change.stage != driver::Stage::None && change.stage != driver::Stage::Unknown;
    std::string text(known ? driver::name_of(change.stage) : "");
    if (!change.rule.empty())
        text += " " + change.rule;
    if (change.error != 0)
        text += (text.empty() ? "" : ": ") + human_errno(change.error);
    return text.empty() ? "error not known" : text;
}

std::string request_of(const driver::ModuleEvent &change) {
    if (change.link == driver::Link::None)
        return "";
    return fmt::format("for \"{}\" of {}[{}]{}", change.alias, change.request_comm,
                       change.request_pid,
                       change.link == driver::Link::Uncertain ? " (or another that asked)" : "");
}

// "for busctl[812] uid 1000"
std::string client_clause(const auto &body) {
    if (body.client_pid == 0 && body.client_uid == 0)
        return "";
    return fmt::format(
        "for {}{} uid {}", body.client_comm.empty() ? "a process" : as_word(body.client_comm),
        body.client_pid == 0 ? "" : fmt::format("[{}]", body.client_pid), body.client_uid);
}

// A unit or a session is usual, and in JSON.
std::string container_of(std::string_view cgroup) {
    const auto group = read_control_group(cgroup);
    return group.container.empty() ? "" : "in " + place_text(group);
}

void add(Pieces &pieces, const Event &event, const driver::ModuleEvent &change) {
    switch (event.kind) {
    case EventKind::LoadBegin:
        pieces.add(human_size(change.core_bytes + change.init_bytes));
        pieces.add(change.args);
        pieces.add(file_text(change));
        pieces.add(request_of(change));
        pieces.add(client_clause(change));
        pieces.add(container_of(change.cgroup));
        break;
    case EventKind::LoadFailed:
        pieces.add(reason_of(change));
        pieces.add(file_text(change));
        pieces.add(request_of(change));
        pieces.add(client_clause(change));
        pieces.add(container_of(change.cgroup));
        break;
    case EventKind::LoadLive:
        pieces.add(human_size(change.core_bytes));
        if (change.init_ns != 0)
            pieces.add("init " + human_duration(change.init_ns));
        break;
    default:
        pieces.add(human_size(change.core_bytes));
        pieces.add(client_clause(change));
        pieces.add(container_of(change.cgroup));
        break;
    }
}

void add(Pieces &pieces, const Event &, const driver::Lost &lost) {
    pieces.add(counted(lost.count, "record") + (lost.count == 1 ? " was" : " were") +
               " overwritten before being read");
}

void add(Pieces &pieces, const Event &, const driver::RefusedUnload &refused) {
    std::string place;
    pieces.add(spaced(driver::name_of(refused.reason), place));
    if (!refused.used_by.empty())
        pieces.add("by " + join(refused.used_by, ","));
    else if (refused.references != 0)
        pieces.add("(" + counted(refused.references, "reference") + ")");
    if (refused.error != 0)
        pieces.add(human_errno(refused.error));
    pieces.add(client_clause(refused));
    pieces.add(container_of(refused.cgroup));
}

void add(Pieces &pieces, const Event &, const driver::ModuleRequest &request) {
    pieces.add("\"" + request.alias + "\"");
    if (!request.caller.empty())
        pieces.add("in " + request.caller);
    pieces.add(request.waits ? "" : "(does not wait)");
    pieces.add(container_of(request.cgroup));
}

void add(Pieces &pieces, const Event &, const driver::ParameterWrite &write) {
    const bool told = write.old_value.has_value() || write.new_value.has_value();
    pieces.add(told ? fmt::format("{}: {} -> {}", write.parameter, write.old_value.value_or("?"),
                                  write.new_value.value_or("?"))
                    : write.parameter + ": values not told");
    if (write.error != 0)
        pieces.add("refused: " + human_errno(write.error));
}

void add(Pieces &pieces, const Event &, const driver::ReferenceChange &change) {
    pieces.add(fmt::format("{}, {} now", change.got ? "taken" : "given back", change.references));
    if (!change.caller.empty())
        pieces.add("in " + change.caller);
}

void add(Pieces &pieces, const Event &, const driver::Mark &mark) {
    pieces.add(mark.text);
}

void add(Pieces &pieces, const Event &, const driver::ToolFailure &tool) {
    pieces.add(tool.signal != 0 ? fmt::format("signal {}", tool.signal)
                                : fmt::format("status {}", tool.exit_status));
    pieces.add(tool.command);
    if (!tool.directory.empty())
        pieces.add("in " + tool.directory);
    pieces.add(container_of(tool.cgroup));
}

void add(Pieces &pieces, const Event &, const driver::PolicyDecision &decision) {
    std::string outcome;
    pieces.add(spaced(driver::name_of(decision.outcome), outcome));
    if (decision.permission != 0)
        pieces.add(fmt::format("by temporary permission {}, though denied", decision.permission));
    pieces.add("by " + decision.rule);
    if (!decision.rule_reason.empty())
        pieces.add("\"" + decision.rule_reason + "\"");
    if (decision.gate == driver::PolicyGate::Request)
        pieces.add(fmt::format("the request for \"{}\"", decision.alias));
    pieces.add(decision.file);
    if (decision.link != driver::Link::None)
        pieces.add(fmt::format("for \"{}\" of {}[{}]", decision.alias, decision.request_comm,
                               decision.request_pid));
    pieces.add(client_clause(decision));
    pieces.add(container_of(decision.cgroup));
}

void add(Pieces &pieces, const Event &, const driver::PolicyChange &change) {
    pieces.add(driver::name_of(change.policy_change));
    if (change.permission != 0) {
        pieces.add(fmt::format("temporary permission {}", change.permission));
        pieces.add(change.permission_name);
        return;
    }
    pieces.add(fmt::format("generation {}", change.policy_generation));
    if (change.policy_change == driver::PolicyChangeKind::Cleared)
        return;
    pieces.add(counted(change.rule_count, "rule"));
    pieces.add(fmt::format("load {}, request {}", driver::name_of(change.load_mode),
                           driver::name_of(change.request_mode)));
}

void add(Pieces &pieces, const Event &event, const driver::Suppressed &suppressed) {
    const std::string whose =
        event.uid == driver::no_uid ? "of several users" : fmt::format("of user {}", event.uid);
    pieces.add(fmt::format("{} more \"{}\" {} {} not recorded", suppressed.count,
                           driver::name_of(suppressed.kind), whose,
                           suppressed.count == 1 ? "was" : "were"));
}

} // namespace

std::string file_text(const driver::ModuleEvent &change) {
    return change.other_root ? change.file + " below another root" : change.file;
}

std::string event_details(const Event &event) {
    Pieces pieces;
    std::visit([&](const auto &body) { add(pieces, event, body); }, event.body);
    pieces.add(event.truncated ? "(cut to fit)" : "");
    return pieces.text();
}

} // namespace mk
