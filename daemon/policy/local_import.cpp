// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/text_file.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk::policy {
namespace {

constexpr std::string_view head =
    "# Rules of \"modkeeper policy import\", from lines of modprobe.d; the next import replaces "
    "them.\n"
    "# Write other rules into another file of this folder.\n"
    "\n";

bool may_stand_in_id(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

std::string reason_of(const char *kind, const Origin &origin) {
    auto reason = fmt::format("{} line of {}", kind, origin.text());
    // its end tells the line
    if (reason.size() > reason_max)
        reason = "..." + reason.substr(reason.size() - (reason_max - 3));
    return reason;
}

class Importer {
  public:
    explicit Importer(const ConfigurationPlaces &places)
        : places_(places), configuration_(ModprobeConfiguration::read(places)) {
        if (auto catalog = Catalog::create(places.catalog()))
            catalog_.emplace(catalog.take());
    }

    Import run(bool with_blacklists) {
        for (const auto &line : configuration_.lines())
            if (loads_nothing(line))
                take("install", line);
        for (const auto &line : configuration_.lines()) {
            if (line.kind != LineKind::Blacklist)
                continue;
            if (with_blacklists)
                take("blacklist", line);
            else if (!denied_.contains(line.name))
                import_.blacklists.push_back(line);
        }
        return std::move(import_);
    }

  private:
    void take(const char *kind, const ModprobeLine &line) {
        if (denied_.contains(line.name)) // of two lines that say the same, one is enough
            return;
        if (auto why = why_left(line); !why.empty()) {
            import_.left.push_back({line.name, line.origin, std::move(why)});
            return;
        }
        const NewRule rule{
            Verdict::Deny, {line.name}, reason_of(kind, line.origin), {}, new_id(line.name)};
        if (const auto checked = check_rule(rule); !checked) {
            import_.left.push_back({line.name, line.origin, checked.error().message});
            return;
        }
        denied_.insert(line.name);
        ids_.insert(rule.id);
        import_.rules.push_back({rule, line.origin});
    }

    // "": it becomes a rule.
    std::string why_left(const ModprobeLine &line) {
        const auto &name = line.name;
        if (line.origin.on_command_line())
            return "it is of this boot";
        if (line.origin.file == places_.own_modprobe_file())
            return fmt::format("\"modkeeper mask {}\" writes a rule of its own", name);
        if (!line.origin.is_public)
            return "not every user may read it, and rules are for everybody to read";
        if (line.kind == LineKind::Install)
            if (const auto *first = configuration_.first_matching(LineKind::Install, name);
                first && !loads_nothing(*first))
                return fmt::format("{} comes first, and modprobe runs that", first->origin.text());
        if (!catalog_)
            return {};
        const auto file = catalog_->describe_name(ModuleName(name));
        if (file && file.value().built_in)
            return name + " is built into this kernel, and no rule keeps it out";
        if (file || !catalog_->path_of(ModuleName(name)).empty())
            return {};
        return why_no_module(name);
    }

    // Of a name without a file: it is an alias, or of a module that may come later.
    std::string why_no_module(const std::string &name) {
        if (places_.loaded().state(ModuleName(name)) == LoadState::BuiltIn)
            return name + " is built into this kernel, and no rule keeps it out";
        const auto modules = modules_of_alias(name);
        if (modules.empty())
            return {};
        return fmt::format("it is an alias, of {}; a rule of loads names modules: \"modkeeper "
                           "policy deny {}\"",
                           join(modules), join(modules, " "));
    }

    ModuleNames modules_of_alias(const std::string &name) {
        if (aliases_.empty())
            for (auto &[alias, module] : catalog_->index_aliases())
                aliases_[alias].push_back(std::move(module));
        const auto found = aliases_.find(name);
        return found == aliases_.end() ? ModuleNames() : found->second;
    }

    std::string new_id(const std::string &name) const {
        constexpr std::size_t room = 8; // for the number
        auto base = "import-" + name;
        std::replace_if(
            base.begin(), base.end(), [](char c) { return !may_stand_in_id(c); }, '_');
        if (base.size() > id_max)
            base.resize(id_max - room);
        auto id = base;
        for (int number = 2; ids_.contains(id); ++number)
            id = fmt::format("{}-{}", std::string_view(base).substr(0, id_max - room), number);
        return id;
    }

    const ConfigurationPlaces &places_;
    ModprobeConfiguration configuration_;
    std::optional<Catalog> catalog_; // nothing: no kernel has modules here
    std::map<std::string, ModuleNames> aliases_;
    std::set<std::string> denied_;
    std::set<std::string> ids_;
    Import import_;
};

// The first line that no import wrote; 0: there is none.
unsigned foreign_line(const std::string &text) {
    if (text.empty())
        return 0;
    if (!text.starts_with(head))
        return 1;
    unsigned number = static_cast<unsigned>(std::count(head.begin(), head.end(), '\n'));
    for (std::string_view rest = std::string_view(text).substr(head.size()); !rest.empty();) {
        ++number;
        const auto size = rest.find('\n');
        if (size == std::string_view::npos)
            return number;
        const auto line = rest.substr(0, size);
        rest.remove_prefix(size + 1);
        if (!line.starts_with("deny load ") || line.find(" id=import-") == std::string_view::npos)
            return number;
    }
    return 0;
}

} // namespace

std::string Import::text() const {
    if (rules.empty())
        return {};
    std::string text(head);
    for (const auto &one : rules)
        text += text_of(one.rule);
    return text;
}

Import import_lines(const ConfigurationPlaces &places, bool with_blacklists) {
    return Importer(places).run(with_blacklists);
}

std::variant<RuleChange, NotChanged>
put_import(driver::PolicyClient &client, const ConfigurationPlaces &places, const Import &import) {
    return change_rules(
        client, places, imported_rules_file, [&](const std::string &now) -> Result<Changed> {
            if (const auto line = foreign_line(now); line != 0)
                return Error{ErrorCode::Failed,
                             fmt::format("{}:{} was not written by an import, which replaces the "
                                         "whole file: move it to another file; nothing was changed",
                                         path_of_rules(places, imported_rules_file), line)};
            return Changed{import.text(), {}, {}};
        });
}

} // namespace mk::policy
