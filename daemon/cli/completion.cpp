// SPDX-License-Identifier: GPL-2.0-only
#include "cli/completion.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/module_name.hpp"
#include "cli/client/job_list.hpp"
#include "cli/load_target.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/modules_load.hpp"
#include "preflight/installed_kernel.hpp"
#include "system/loaded_modules.hpp"

namespace mk::cli {
namespace {

using Names = std::vector<std::string>;

bool is_among(const Names &names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const OptionShape *find_option(const std::vector<OptionShape> &options, std::string_view name) {
    for (const auto &option : options)
        if (is_among(option.names, name))
            return &option;
    return nullptr;
}

class Completion {
  public:
    Completion(const Grammar &grammar, const NameSources &names)
        : grammar_(grammar), names_(names) {}

    Candidates run(const Names &words) {
        if (words.empty())
            return {};
        const std::string &typed = words.back();
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            take(words[i]);
        const std::size_t sign = typed.find('=');
        if (wants_value_ != nullptr)
            offer_values(*wants_value_, "", typed);
        else if (typed.starts_with("--") && sign != std::string::npos && !only_arguments_)
            offer_values_behind(typed, sign);
        else if (typed.starts_with('-') && !only_arguments_)
            offer_options(typed);
        else if (!commands().empty())
            for (const auto &command : commands())
                add_word(command.name, typed);
        else
            offer_arguments(typed);
        return {{found_.begin(), found_.end()}, files_};
    }

  private:
    const std::vector<OptionShape> &options() const {
        return command_ != nullptr ? command_->options : grammar_.options;
    }

    // Those that may stand next: after a command that has none, its arguments do.
    const std::vector<CommandShape> &commands() const {
        return command_ != nullptr ? command_->commands : grammar_.commands;
    }

    void take(const std::string &word) {
        if (wants_value_ != nullptr) {
            wants_value_ = nullptr;
        } else if (word == "--") {
            only_arguments_ = true;
        } else if (word.starts_with('-') && !only_arguments_) {
            given_options_.push_back(word);
            const auto *option = find_option(options(), word);
            if (option != nullptr && option->takes_value)
                wants_value_ = option;
        } else if (!commands().empty()) {
            for (const auto &command : commands())
                if (command.name == word) {
                    command_ = &command;
                    break;
                }
        } else {
            given_.push_back(word);
        }
    }

    void add_word(const std::string &word, std::string_view typed) {
        if (word.starts_with(typed))
            found_.insert(word);
    }

    // The typed '-' and '_' are kept: a shell continues from them.
    void add_name(const std::string &name, std::string_view typed, std::string_view more = "") {
        if (canonical_name(name).starts_with(canonical_name(typed)))
            found_.insert(std::string(typed).append(name, typed.size()).append(more));
    }
    void add_names(const Names &names, std::string_view typed) {
        for (const auto &name : names)
            add_name(name, typed);
    }

    void offer_values_behind(const std::string &typed, std::size_t sign) {
        const auto *option = find_option(options(), std::string_view(typed).substr(0, sign));
        if (option != nullptr && option->takes_value)
            offer_values(*option, typed.substr(0, sign + 1), typed.substr(sign + 1));
    }

    // @before: the text in the same word before the value.
    void offer_values(const OptionShape &option, std::string before, std::string typed) {
        files_ = option.is_file;
        const auto comma = option.repeats ? typed.rfind(',') : std::string::npos;
        if (comma != std::string::npos) {
            before += typed.substr(0, comma + 1);
            typed.erase(0, comma + 1);
        }
        for (const auto &value : option.values)
            add_word(before + value, before + typed);
        if (is_among(option.names, "--kernel"))
            for (const auto &kernel : names_.kernels())
                add_word(before + kernel, before + typed);
        else if (is_among(option.names, "--module"))
            for (const auto &name : names_.installed())
                add_word(before + name, before + typed);
    }

    void offer_options(const std::string &typed) {
        for (const auto &option : options())
            for (const auto &name : option.names)
                add_word(name, typed);
    }

    void offer_parameters(const std::string &typed) {
        const std::size_t sign = typed.find('=');
        for (const auto &parameter : names_.parameters(given_.front())) {
            if (sign == std::string::npos)
                add_name(parameter.name, typed, "=");
            else if (is_same_name(typed.substr(0, sign), parameter.name))
                for (const auto &value : parameter.values)
                    add_word(typed.substr(0, sign + 1) + value, typed);
        }
    }

    void offer_modules(const std::string &typed) {
        add_names(names_.loaded(), typed);
        add_names(names_.installed(), typed);
    }

    void offer_arguments(const std::string &typed) {
        const auto &arguments = command_->arguments;
        if (arguments.empty())
            return;
        const auto &argument = arguments[std::min(given_.size(), arguments.size() - 1)];
        Offer offer = argument.offer;
        const bool all = is_among(given_options_, "--all") || is_among(given_options_, "-a");
        if (offer == Offer::Parameters && all)
            offer = Offer::Modules;
        files_ = (argument.is_file || (all && offer == Offer::Modules)) &&
                 typed.find('=') == std::string::npos;
        switch (offer) {
        case Offer::Modules:
            offer_modules(typed);
            break;
        case Offer::Loaded:
            add_names(names_.loaded(), typed);
            break;
        case Offer::Enabled:
            add_names(names_.enabled(), typed);
            break;
        case Offer::Masked:
            add_names(names_.masked(), typed);
            break;
        case Offer::Jobs:
            add_names(names_.jobs(), typed);
            break;
        case Offer::ModulesAndParameters:
            offer_modules(typed);
            if (!given_.empty())
                offer_parameters(typed);
            break;
        case Offer::Parameters:
            if (!given_.empty())
                offer_parameters(typed);
            break;
        case Offer::Nothing:
            break;
        }
    }

    const Grammar &grammar_;
    const NameSources &names_;
    const CommandShape *command_ = nullptr;
    const OptionShape *wants_value_ = nullptr;
    bool only_arguments_ = false;
    Names given_;
    Names given_options_;
    std::set<std::string> found_;
    bool files_ = false;
};

Names enabled_names() {
    Names names;
    for (auto &module : EnabledModules::read({}).modules)
        names.push_back(std::move(module.name));
    return names;
}

Names masked_names() {
    Names names;
    const auto modprobe = ModprobeConfiguration::read({});
    for (const auto &line : modprobe.lines())
        if (line.kind == LineKind::Install && modprobe.blocking_install(line.name))
            names.push_back(line.name);
    return names;
}

Names job_names() {
    Names names;
    if (const auto jobs = list_jobs())
        for (const auto &job : jobs.value())
            names.push_back(std::to_string(job.id));
    return names;
}

std::vector<KnownParameter> parameters_of(const std::string &module) {
    std::vector<KnownParameter> parameters;
    auto catalog = Catalog::create();
    const auto file = catalog ? catalog.value().find(absolute_target(module))
                              : Result<ModuleFile>(catalog.error());
    if (file)
        for (const auto &parameter : file.value().parameters)
            parameters.push_back(
                {parameter.name, parameter.type == "bool" ? Names{"n", "y"} : Names()});
    return parameters;
}

} // namespace

NameSources names_of_this_machine() {
    return {[] {
                Names names;
                for (auto &module : LoadedModules().list())
                    names.push_back(module.name);
                return names;
            },
            [] {
                const auto catalog = Catalog::create();
                return catalog ? texts_of(catalog.value().names()) : Names();
            },
            enabled_names,
            masked_names,
            job_names,
            [] { return installed_kernels(); },
            parameters_of};
}

Candidates completions(const Grammar &grammar, const Names &words, const NameSources &names) {
    return Completion(grammar, names).run(words);
}

} // namespace mk::cli
