// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/next_step.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "cli/client/bus_error.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

std::string quoted(const std::vector<std::string> &words) {
    std::vector<std::string> all;
    std::transform(words.begin(), words.end(), std::back_inserter(all), shell_word);
    return join(all, " ");
}

std::string name_of(const Attempt &attempt) {
    return shell_word(attempt.names.front());
}

std::string after_load(const Error &error, const Attempt &attempt) {
    auto info = "modkeeper info " + name_of(attempt);
    switch (error.code) {
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
    case ErrorCode::Timeout:
        return info;
    case ErrorCode::Blacklisted:
    case ErrorCode::ReplacedByCommand:
        // modkeeper mask wrote that line
        if (error.message.find(ConfigurationPlaces().own_modprobe_file()) != std::string::npos)
            return "modkeeper unmask " + name_of(attempt);
        return fmt::format("modkeeper load --ignore-{} {}",
                           error.code == ErrorCode::Blacklisted ? "blacklist" : "install",
                           name_of(attempt));
    case ErrorCode::DaemonUnavailable:
        return error.message == daemon_not_running().message ? "" : info;
    case ErrorCode::AlreadyLoaded:
        return attempt.parameters.empty()
                   ? ""
                   : "modkeeper reload " + name_of(attempt) + " " + quoted(attempt.parameters);
    default:
        return "";
    }
}

std::string after_reload(const Error &error, const Attempt &attempt) {
    switch (error.code) {
    case ErrorCode::NotLoaded:
        return "modkeeper load " + name_of(attempt);
    case ErrorCode::InUse:
        return "modkeeper reload --wait 10 " + name_of(attempt);
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
    case ErrorCode::Timeout:
        return "modkeeper info " + name_of(attempt);
    default:
        return "";
    }
}

bool is_named(const Attempt &attempt, const ModuleName &module) {
    return std::any_of(attempt.names.begin(), attempt.names.end(),
                       [&](const auto &name) { return module == name; });
}

std::string after_unload(const Error &error, const Attempt &attempt) {
    switch (error.code) {
    case ErrorCode::NotFound:
        // the name is an alias: its module
        return error.facts.module.empty() || is_named(attempt, ModuleName(error.facts.module))
                   ? ""
                   : "modkeeper unload " + error.facts.module;
    case ErrorCode::InUse:
        return error.facts.holders.empty()
                   ? "modkeeper holders " + name_of(attempt)
                   : "modkeeper unload --with-dependents " + name_of(attempt);
    case ErrorCode::Timeout:
        return "modkeeper info " + name_of(attempt);
    default:
        return "";
    }
}

std::string after_param(const Error &error, const Attempt &attempt) {
    const auto words = name_of(attempt) + " " + quoted(attempt.parameters);
    switch (error.code) {
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
        return "modkeeper param " + name_of(attempt);
    case ErrorCode::DeniedByKernel:
        return "modkeeper reload " + words;
    case ErrorCode::NotLoaded:
        return "modkeeper load " + words + "   or   modkeeper param " + words + " --persist-only";
    default:
        return "";
    }
}

std::string after_choice(const Error &error, const Attempt &attempt) {
    const bool may_force = attempt.command == "enable" || attempt.command == "mask";
    if (error.code == ErrorCode::NotFound && may_force)
        return fmt::format("modkeeper {} --force {}   (for a module that will be installed later)",
                           attempt.command, quoted(attempt.names));
    return error.code == ErrorCode::ReplacedByCommand ? "modkeeper unmask " + quoted(attempt.names)
                                                      : "";
}

std::string after_why(const Error &error, const Attempt &attempt) {
    if (error.code != ErrorCode::NotFound)
        return "";
    const auto names = attempt.names.empty() ? "--failed" : name_of(attempt);
    return "modkeeper history " + names + "   (earlier boots)";
}

constexpr struct {
    std::string_view command;
    std::string (*step)(const Error &, const Attempt &);
} steps[] = {
    {"load", after_load},   {"reload", after_reload}, {"unload", after_unload},
    {"param", after_param}, {"enable", after_choice}, {"disable", after_choice},
    {"mask", after_choice}, {"unmask", after_choice}, {"why", after_why},
};

} // namespace

std::string next_step_after(const Error &error, const Attempt &attempt) {
    const auto *found = std::find_if(std::begin(steps), std::end(steps), [&](const auto &one) {
        return one.command == attempt.command;
    });
    return found == std::end(steps) ? "" : found->step(error, attempt);
}

} // namespace mk::cli
