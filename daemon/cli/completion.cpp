// SPDX-License-Identifier: GPL-2.0-only
#include "cli/completion.hpp"

#include <algorithm>
#include <set>

#include "cli/load_target.hpp"
#include "engine/catalog.hpp"
#include "engine/installed_kernel.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/module_name.hpp"

namespace mk::cli {
namespace {

using Names = std::vector<std::string>;

// Commands that are about modules in the kernel only.
constexpr std::string_view about_loaded[] = {"list", "unload", "reload", "log", "holders"};

bool is_about_loaded(const std::string &command) {
    return std::find(std::begin(about_loaded), std::end(about_loaded), command) !=
           std::end(about_loaded);
}

const OptionShape *find_option(const std::vector<OptionShape> &options, const std::string &name) {
    for (const auto &option : options)
        if (std::find(option.names.begin(), option.names.end(), name) != option.names.end())
            return &option;
    return nullptr;
}

class Completion {
  public:
    Completion(const Grammar &grammar, const NameSources &names)
        : grammar_(grammar), names_(names) {}

    Names run(const Names &words) {
        if (words.empty())
            return {};
        const std::string &typed = words.back();
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            take(words[i]);
        if (wants_value_ != nullptr)
            offer_values(typed);
        else if (typed.starts_with('-') && !only_arguments_)
            offer_options();
        else if (command_ == nullptr)
            for (const auto &command : grammar_.commands)
                found_.insert(command.name);
        else
            offer_arguments();
        std::erase_if(found_, [&](const auto &name) { return !name.starts_with(typed); });
        return {found_.begin(), found_.end()};
    }

  private:
    const std::vector<OptionShape> &options() const {
        return command_ != nullptr ? command_->options : grammar_.options;
    }

    void take(const std::string &word) {
        if (wants_value_ != nullptr) {
            wants_value_ = nullptr;
        } else if (word == "--") {
            only_arguments_ = true;
        } else if (word.starts_with('-') && !only_arguments_) {
            const auto *option = find_option(options(), word);
            if (option != nullptr && option->takes_value)
                wants_value_ = option;
        } else if (command_ == nullptr) {
            for (const auto &command : grammar_.commands)
                if (command.name == word)
                    command_ = &command;
        } else {
            given_.push_back(word);
        }
    }

    void add(const Names &names) { found_.insert(names.begin(), names.end()); }

    void offer_values(const std::string &typed) {
        add(wants_value_->values);
        const auto is = [&](const char *name) {
            return std::find(wants_value_->names.begin(), wants_value_->names.end(), name) !=
                   wants_value_->names.end();
        };
        if (is("--kernel"))
            add(names_.kernels());
        else if (is("--module") && !typed.starts_with('/'))
            add(names_.installed());
    }

    void offer_options() {
        for (const auto &option : options())
            for (const auto &name : option.names)
                found_.insert(name);
    }

    void offer_arguments() {
        const auto &titles = command_->arguments;
        if (titles.empty())
            return;
        const auto &title = titles[std::min(given_.size(), titles.size() - 1)];
        if (title.find("PARAM") != std::string::npos && !given_.empty()) {
            for (const auto &name : names_.parameters(given_.front()))
                found_.insert(name + "=");
        } else if (title.find("NAME") != std::string::npos ||
                   title.find("GLOB") != std::string::npos ||
                   title.find("MODULE") != std::string::npos) {
            if (command_->name == "symbols")
                return;
            add(names_.loaded());
            if (!is_about_loaded(command_->name))
                add(names_.installed());
        }
    }

    const Grammar &grammar_;
    const NameSources &names_;
    const CommandShape *command_ = nullptr;
    const OptionShape *wants_value_ = nullptr;
    bool only_arguments_ = false;
    Names given_;
    std::set<std::string> found_;
};

} // namespace

NameSources names_of_this_machine() {
    return {[] {
                Names names;
                for (auto &module : engine::LoadedModules().list())
                    names.push_back(std::move(module.name));
                return names;
            },
            [] {
                const auto catalog = engine::Catalog::create();
                return catalog ? catalog.value().names() : Names();
            },
            [] { return engine::installed_kernels(); },
            [](const std::string &module) {
                Names names;
                auto catalog = engine::Catalog::create();
                const auto file = catalog ? catalog.value().find(absolute_target(module))
                                          : Result<engine::ModuleFile>(catalog.error());
                if (file)
                    for (const auto &parameter : file.value().parameters)
                        names.push_back(parameter.name);
                return names;
            }};
}

Names completions(const Grammar &grammar, const Names &words, const NameSources &names) {
    return Completion(grammar, names).run(words);
}

} // namespace mk::cli
