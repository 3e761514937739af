// SPDX-License-Identifier: GPL-2.0-only
#include "cli/event_options.hpp"

#include "base/text_file.hpp"
#include "cli/output/time_text.hpp"

namespace mk::cli {
namespace {

Error of_option(const char *option, const Error &error) {
    return {error.code, std::string(option) + ": " + error.message};
}

} // namespace

void EventOptions::add_names_to(Command &command) {
    command.choices(
        "--kind", "KIND,...", driver::kind_words(), kinds,
        "Show only these: load, failed, unload, refused, request, parameter, reference, mark, "
        "present, lost, suppressed");
    command.option("--module", "GLOB", module,
                   "Show only modules with a matching name, such as \"snd-*\"");
}

void EventOptions::add_to(Command &command) {
    command.flag("--failed", failed, "Show only failures and refusals");
    command.option(
        "--since", "TIME", since,
        "Show events since then: 10min, -1h, today, 14:30, \"2026-11-22 10:00\", boot+30s");
    command.option("--until", "TIME", until, "Show events until then");
    command.count("-n,--lines", lines, "Show only the last N");
}

Result<driver::EventFilter> EventOptions::filter() const {
    driver::EventFilter filter;
    for (const auto word : split(kinds, ", "))
        if (auto added = driver::add_kinds(filter, word); !added)
            return of_option("--kind", added.error());
    if (const auto sound = driver::check_glob(module); !sound)
        return of_option("--module", sound.error());
    filter.module = module;
    filter.failed = failed;
    const Clocks clocks = Clocks::read();
    if (!since.empty()) {
        const auto time = parse_time(since, clocks);
        if (!time)
            return of_option("--since", time.error());
        filter.since = time.value();
    }
    if (!until.empty()) {
        const auto time = parse_time(until, clocks);
        if (!time)
            return of_option("--until", time.error());
        filter.until = time.value();
    }
    return filter;
}

std::optional<std::size_t> EventOptions::most() const {
    return lines == 0 ? std::nullopt : std::optional(static_cast<std::size_t>(lines));
}

} // namespace mk::cli
