// SPDX-License-Identifier: GPL-2.0-only
#include "explain/without_record.hpp"

#include <algorithm>
#include <cerrno>

#include "base/module_name.hpp"
#include "explain/deciding_line.hpp"
#include "explain/explain_load.hpp"
#include "system/kernel_log.hpp"

namespace mk {

namespace {

// Of one refusal: its lines follow each other at once.
constexpr std::uint64_t apart_us = 100'000;
constexpr std::size_t lines_max = 8;

// The last messages that @belongs accepts and that stand close together, oldest first.
template <typename Belongs>
std::vector<std::string> last_group(const std::vector<KernelMessage> &log, Belongs belongs) {
    std::vector<std::string> lines;
    std::uint64_t time = 0;
    for (auto one = log.rbegin(); one != log.rend() && lines.size() < lines_max; ++one) {
        if (!lines.empty() && time - std::min(time, one->microseconds) > apart_us)
            break;
        if (!belongs(*one))
            continue;
        time = one->microseconds;
        lines.push_back(one->text);
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
}

Diagnosis judged(const ModuleName &module, const KernelState &kernel, driver::Stage stage,
                 std::vector<std::string> log) {
    LoadRefusal refusal;
    refusal.module = module;
    refusal.target = module;
    refusal.kernel = kernel;
    refusal.stage = stage;
    refusal.log = std::move(log);
    if (stage == driver::Stage::Permission)
        refusal.error = EPERM;
    auto found = diagnose_load(refusal, false);
    // nobody heard its answer
    std::erase_if(found.evidence,
                  [](const auto &one) { return std::holds_alternative<KernelAnswer>(one); });
    return found;
}

} // namespace

std::optional<LoggedRefusal> last_refusal_in(const std::vector<KernelMessage> &log) {
    const auto last = std::find_if(log.rbegin(), log.rend(), [](const KernelMessage &message) {
        return deciding_line({message.text}).has_value();
    });
    if (last == log.rend())
        return std::nullopt;
    return LoggedRefusal{module_named_in(last->text), {last->text}};
}

Diagnosis diagnose_lines(const ModuleName &module, std::vector<std::string> lines,
                         const KernelState &kernel) {
    return judged(module, kernel, driver::Stage::Unknown, std::move(lines));
}

std::optional<Diagnosis> diagnose_traces(const ModuleName &module, const Traces &traces) {
    using driver::Stage;
    if (traces.kernel.modules_disabled)
        return judged(module, traces.kernel, Stage::Permission, {});
    if (traces.kernel.blacklists(module))
        return judged(module, traces.kernel, Stage::Blacklist, {});
    auto lines = last_group(traces.log, [&](const KernelMessage &message) {
        return names_module(message.text, module);
    });
    if (deciding_line(lines)) {
        auto found = diagnose_lines(module, std::move(lines), traces.kernel);
        // it may have been loaded since without a line in the log
        found.certainty = Certainty::Inferred;
        return found;
    }
    const auto failing = only_failing(traces.checks);
    if (failing.empty())
        return std::nullopt;
    auto found = failing.front();
    found.subject = module;
    found.certainty = Certainty::Inferred; // nobody saw that it was tried
    return found;
}

} // namespace mk
