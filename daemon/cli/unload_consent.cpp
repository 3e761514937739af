// SPDX-License-Identifier: GPL-2.0-only
#include "cli/unload_consent.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/shell_word.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/loss_text.hpp"
#include "cli/yes_no.hpp"
#include "driver_client/dev_node_client.hpp"
#include "journal/load_events.hpp"

namespace mk::cli {
namespace {

std::string joined(const std::vector<std::string> &names) {
    std::string text;
    for (const auto &name : names)
        text += ' ' + shell_word(name);
    return text;
}

bool asks_yes(const char *verb, const UnloadPreview &preview) {
    const bool is_unload = std::string_view(verb) == "unload";
    (void)finish_output();
    std::fprintf(stderr, "%s %s takes away%s:\n%s", is_unload ? "Unloading" : "Reloading",
                 printable(join(preview.plan.modules)).c_str(),
                 is_unload ? "" : ", and brings back without addresses, routes and mounts",
                 lines_of(preview.losses).c_str());
    if (importance_of(preview.losses) == Importance::WayIn)
        std::fputs("You may lose your way into this machine.\n", stderr);
    return says_yes(fmt::format("{} anyway? [y/N] ", is_unload ? "Unload" : "Reload"));
}

} // namespace

Result<UnloadPreview> preview_here(const UnloadRequest &request) {
    return preview_unload(
        request,
        [] {
            driver::DevNodeClient driver;
            return journal::load_events(driver);
        },
        getpid());
}

std::optional<UnloadPreview> look_ahead(const UnloadRequest &request) {
    auto preview = preview_here(request);
    return preview ? std::optional(std::move(preview.value())) : std::nullopt;
}

std::optional<Failure> without_consent(const Invocation &invocation,
                                       const ConsentQuestion &question,
                                       const UnloadPreview &preview) {
    if (question.is_given || importance_of(preview.losses) == Importance::Plain)
        return std::nullopt;
    if (can_ask(invocation)) {
        if (asks_yes(question.verb, preview))
            return std::nullopt;
        return Failure{{ErrorCode::Canceled, fmt::format("nothing was {}ed", question.verb)}};
    }
    const auto &module = preview.plan.modules.back();
    return Failure{
        {ErrorCode::InUse,
         fmt::format(
             "nothing was {}ed, because what is in use would go away: {}; --yes says that it may",
             question.verb, uses_in(preview.losses)),
         {.module = module, .cause = Cause::TakesAway}},
        fmt::format("modkeeper {} --yes {}{}", question.verb, question.options,
                    joined(question.names).substr(1))};
}

std::vector<Loss> losses_with(const UnloadPreview &preview, const ModuleNames &modules) {
    std::vector<Loss> gone;
    std::ranges::copy_if(preview.losses, std::back_inserter(gone), [&](const auto &loss) {
        return std::ranges::find(modules, loss.module) != modules.end();
    });
    return gone;
}

} // namespace mk::cli
