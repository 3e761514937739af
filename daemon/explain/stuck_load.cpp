// SPDX-License-Identifier: GPL-2.0-only
#include "explain/stuck_load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text_file.hpp"

namespace mk {

namespace {

using driver::Event;
using driver::EventKind;

std::string task_file(const Event &begin, const std::string &proc, const char *name) {
    return fmt::format("{}/{}/task/{}/{}", proc, begin.tgid, begin.pid, name);
}

// When it began, in nanoseconds of CLOCK_BOOTTIME; nothing: there is no such task.
std::optional<std::uint64_t> began_ns(const Event &begin, const std::string &proc) {
    const auto text = read_line(task_file(begin, proc, "stat"));
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos)
        return std::nullopt;
    constexpr std::size_t start_time = 19; // counted from the state, the first behind the name
    const auto fields = split(std::string_view(text).substr(name_end + 1), " ");
    std::uint64_t ticks = 0;
    if (fields.size() <= start_time ||
        std::from_chars(fields[start_time].data(),
                        fields[start_time].data() + fields[start_time].size(), ticks)
                .ec != std::errc())
        return std::nullopt;
    const auto per_second = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_CLK_TCK)));
    return ticks * (1'000'000'000 / per_second);
}

} // namespace

bool is_loader_there(const Event &begin, const std::string &proc) {
    const auto since = began_ns(begin, proc);
    return since && *since <= begin.boottime_ns;
}

Diagnosis diagnose_crash(const ModuleName &module, const std::vector<KernelMessage> &log) {
    auto found = failure(Cause::InitFailed, {},
                         "its init crashed, and the kernel ended the task that ran it",
                         "boot again: until then it can be neither used nor unloaded");
    found.subject = module;
    found.stage = driver::Stage::Init;
    found.remedies.emplace_back("send what the kernel printed (journalctl -k) to its author");
    // "RIP: 0010:foo_init+0x5/0x10 [foo]" after "BUG: kernel NULL pointer dereference"
    const auto in_module = "[" + module + "]";
    const auto place = std::find_if(log.rbegin(), log.rend(), [&](const KernelMessage &one) {
        return one.text.find(in_module) != std::string::npos &&
               one.text.find("+0x") != std::string::npos;
    });
    if (place == log.rend())
        return found;
    const auto what = std::find_if(place, log.rend(), [](const KernelMessage &one) {
        return one.text.find("BUG: ") != std::string::npos ||
               one.text.find("Oops") != std::string::npos ||
               one.text.find("kernel BUG at") != std::string::npos;
    });
    KernelLines lines;
    if (what != log.rend())
        lines.lines.push_back(what->text);
    lines.lines.push_back(place->text);
    found.evidence.emplace_back(std::move(lines));
    return found;
}

const Event *crashed_load(const std::vector<Event> &events,
                          const std::function<bool(const ModuleName &)> &is_coming,
                          const std::string &proc) {
    std::map<ModuleName, const Event *> open;
    for (const auto &event : events) {
        const ModuleName module(driver::module_of(event));
        const auto *load = event.as<driver::ModuleEvent>();
        if (event.kind == EventKind::LoadBegin)
            open[module] = &event;
        else if (event.kind == EventKind::LoadLive || event.kind == EventKind::Unload ||
                 (event.kind == EventKind::LoadFailed && load->load_sequence != 0))
            open.erase(module);
    }
    const Event *last = nullptr;
    for (const auto &[module, begin] : open)
        if ((last == nullptr || begin->sequence > last->sequence) && is_coming(module) &&
            !is_loader_there(*begin, proc))
            last = begin;
    return last;
}

std::string where_it_waits(const Event &begin, const std::string &proc) {
    if (!is_loader_there(begin, proc))
        return {};
    const auto function = read_line(task_file(begin, proc, "wchan"));
    return function.empty() || function == "0" ? "" : "in " + function;
}

} // namespace mk
