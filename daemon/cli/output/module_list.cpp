// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/module_list.hpp"

#include <algorithm>
#include <fnmatch.h>

#include "base/format.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/output/module_text.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tree.hpp"
#include "kmod/catalog.hpp"

namespace mk::cli {
namespace {

bool matches(const LoadedModule &module, const ListChoice &choice) {
    const auto fits = [&](const std::string &glob) {
        return fnmatch(canonical_name(glob).c_str(), module.name.c_str(), 0) == 0 ||
               fnmatch(glob.c_str(), module.name.c_str(), 0) == 0;
    };
    if (!choice.globs.empty() && std::none_of(choice.globs.begin(), choice.globs.end(), fits))
        return false;
    if (!choice.state.empty() && choice.state != state_text(module.state))
        return false;
    return (!choice.unused || (module.references == 0 && module.used_by.empty())) &&
           (!choice.tainted || !module.taints.empty());
}

} // namespace

ModuleList with_uses(ModuleList all) {
    add_uses(all);
    for (auto &module : all)
        std::sort(module.uses.begin(), module.uses.end());
    return all;
}

ModuleList chosen(ModuleList modules, const ListChoice &choice) {
    std::erase_if(modules, [&](const auto &module) { return !matches(module, choice); });
    // the kernel's own order is by age
    if (choice.order == "age")
        return modules;
    std::sort(modules.begin(), modules.end(),
              [](const auto &one, const auto &other) { return one.name < other.name; });
    const auto by = [&](auto key) {
        std::stable_sort(modules.begin(), modules.end(), [key](const auto &one, const auto &other) {
            return one.*key > other.*key;
        });
    };
    if (choice.order == "size")
        by(&LoadedModule::bytes);
    else if (choice.order == "refs")
        by(&LoadedModule::references);
    return modules;
}

MemoryByName memory_of(const ModuleList &modules) {
    MemoryByName all;
    auto catalog = Catalog::create();
    if (!catalog)
        return all;
    for (const auto &module : modules) {
        const auto path = catalog.value().path_of(module.name);
        if (const auto memory = path.empty() ? std::nullopt : memory_of_file(path))
            all[module.name] = *memory;
    }
    return all;
}

Json json_of(const ModuleList &modules, const MemoryByName *memory) {
    Json list = Json::array();
    for (const auto &module : modules) {
        Json entry = object({{"name", module.name},
                             {"state", state_name(module.state)},
                             {"size", module.bytes},
                             {"references", module.references},
                             {"used_by", module.used_by},
                             {"uses", module.uses},
                             {"taints", module.taints},
                             {"permanent", module.permanent}});
        if (memory != nullptr) {
            const auto found = memory->find(module.name);
            add(entry, "memory", found != memory->end() ? json_of(found->second) : Json());
        }
        list.push_back(std::move(entry));
    }
    return list;
}

std::string table_of(const ModuleList &modules, const MemoryByName *memory, bool legend) {
    const auto any = [&](auto wanted) {
        return std::any_of(modules.begin(), modules.end(), wanted);
    };
    const bool states = any([](const auto &one) { return one.state != LoadState::Live; });
    const bool taints = any([](const auto &one) { return !one.taints.empty(); });
    constexpr auto right = Table::Align::Right;
    std::vector<Table::Column> columns = {{"NAME"}, {"SIZE", right}};
    if (memory != nullptr)
        for (const char *kind : {"TEXT", "RODATA", "DATA", "INIT"})
            columns.push_back({kind, right});
    columns.push_back({"REFS", right});
    if (states)
        columns.push_back({"STATE"});
    if (taints)
        columns.push_back({"TAINTS"});
    columns.push_back({"USED BY"});
    Table table(std::move(columns));
    for (const auto &module : modules) {
        std::vector<std::string> row = {printable(module.name), human_size(module.bytes)};
        if (memory != nullptr) {
            const auto found = memory->find(module.name);
            const bool known = found != memory->end();
            for (auto kind : {&ModuleMemory::text, &ModuleMemory::rodata, &ModuleMemory::data,
                              &ModuleMemory::init})
                row.push_back(known ? human_size(found->second.*kind) : "-");
        }
        row.push_back(std::to_string(module.references));
        if (states)
            row.emplace_back(state_text(module.state));
        if (taints)
            row.push_back(module.taints);
        row.push_back(printable(join(module.used_by, ",")));
        table.add(std::move(row));
    }
    return table.text(legend);
}

std::string tree_of(const ModuleList &modules, const ModuleList &all) {
    std::map<std::string_view, const LoadedModule *> by_name;
    for (const auto &module : all)
        by_name.emplace(module.name, &module);
    // the kernel prevents circles
    const auto node = [&](const auto &self, const std::string &name) -> TreeNode {
        TreeNode made{printable(name), {}};
        if (const auto found = by_name.find(name); found != by_name.end())
            for (const auto &below : found->second->uses)
                made.below.push_back(self(self, below));
        return made;
    };
    std::vector<TreeNode> roots;
    for (const auto &module : modules)
        if (module.used_by.empty() || modules.size() < all.size())
            roots.push_back(node(node, module.name));
    return tree_text(roots);
}

} // namespace mk::cli
