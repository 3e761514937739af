// SPDX-License-Identifier: GPL-2.0-only
#include "explain/load_purpose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/foreign_text.hpp"
#include "base/format.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "base/user_name.hpp"

namespace mk {

namespace {

// Whether @from needs @to, by however many steps.
bool leads_to(const ModuleName &from, const ModuleName &to, const Neighbours &needs) {
    std::set<ModuleName> seen = {from};
    ModuleNames open = {from};
    while (!open.empty()) {
        const auto name = std::move(open.back());
        open.pop_back();
        for (auto &next : needs(name)) {
            if (next == to)
                return true;
            if (seen.insert(next).second)
                open.push_back(std::move(next));
        }
    }
    return false;
}

// Whether the command line has the module's name, as that of "modprobe -a dummy loop" has.
bool is_named(const ModuleName &module, const driver::ModuleEvent &load) {
    return std::ranges::any_of(split(load.command, " "),
                               [&](auto word) { return ModuleName::of_target(word) == module; });
}

bool is_for_its_own_sake(const LoadHistory &history, const driver::Event &load,
                         const std::vector<driver::Event> &events, const Neighbours &needs) {
    if (history.trigger == Trigger::Command &&
        is_named(history.module, *load.as<driver::ModuleEvent>()))
        return true;
    return std::ranges::none_of(events, [&](const driver::Event &later) {
        return later.kind == driver::EventKind::LoadBegin && later.tgid == load.tgid &&
               later.comm == load.comm && later.sequence > load.sequence &&
               leads_to(ModuleName(driver::module_of(later)), history.module, needs);
    });
}

std::string user_of(std::uint32_t uid, std::uint32_t login) {
    return login == driver::no_loginuid || login == uid
               ? user_text(uid)
               : fmt::format("{} (logged in as {})", user_text(uid), user_text(login));
}

} // namespace

std::optional<LoadPurpose> purpose_of(const ModuleName &module,
                                      const std::vector<driver::Event> &events,
                                      const Neighbours &needs) {
    const auto none = [](const auto &) { return ModuleNames(); };
    const auto history = history_of(module, events, none, none);
    const auto *load = history.load();
    if (load == nullptr || !history.is_live() || load->as<driver::ModuleEvent>() == nullptr ||
        history.trigger == Trigger::Unknown || history.trigger == Trigger::Request ||
        !is_for_its_own_sake(history, *load, events, needs))
        return std::nullopt;
    return LoadPurpose{history.trigger, load->uid,         load->loginuid,
                       load->comm,      load->realtime_ns, history.caller};
}

std::string text_of(const LoadPurpose &purpose) {
    const auto when = human_time(purpose.realtime_ns);
    switch (purpose.trigger) {
    case Trigger::Udev:
        return fmt::format("udev loaded it for a device at {}", when);
    case Trigger::ModulesLoad:
        return fmt::format("modules-load.d lists it; it was loaded at {}", when);
    case Trigger::Daemon:
        return fmt::format("{} had modkeeperd load it at {}",
                           purpose.caller
                               ? user_of(purpose.caller->uid,
                                         purpose.caller->login_uid.value_or(driver::no_loginuid))
                               : "somebody",
                           when);
    default:
        return fmt::format("{} loaded it with {} at {}", user_of(purpose.uid, purpose.loginuid),
                           as_word(purpose.comm), when);
    }
}

} // namespace mk
