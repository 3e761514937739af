// SPDX-License-Identifier: GPL-2.0-only
// modkeeper deps: what a module depends on, or what depends on it, according to the files on disk.
// Needs no daemon, no driver and no privileges.
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "cli/output/module_text.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/tree.hpp"
#include "kmod/dependencies.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string target;
    bool reverse = false;
    Machine machine;
};

const char *state_of(const Dependency &dependency) {
    return dependency.has_file ? state_name(dependency.state) : "missing";
}

Json json_of(const Dependency &dependency, JsonName below) {
    Json list = Json::array();
    for (const auto &other : dependency.below)
        list.push_back(json_of(other, below));
    return object({{"name", dependency.name},
                   {"kind", need_text(dependency.need)},
                   {"state", state_of(dependency)},
                   {"repeated", dependency.repeated},
                   {below, std::move(list)}});
}

TreeNode node_of(const Dependency &dependency) {
    const bool there = dependency.state != LoadState::Absent;
    TreeNode node{there ? painted(printable(dependency.name), Colour::Green)
                        : printable(dependency.name),
                  {}};
    if (dependency.need != Need::Hard)
        node.label += std::string(" [") + need_text(dependency.need) + "]";
    if (!dependency.has_file)
        node.label += painted(" (missing)", Colour::Red);
    else if (there)
        node.label += dependency.state == LoadState::BuiltIn ? " (built-in)" : " (loaded)";
    if (dependency.repeated)
        node.label += " ...";
    for (const auto &other : dependency.below)
        node.below.push_back(node_of(other));
    return node;
}

Result<std::vector<Dependency>> look(const Asked &asked) {
    const auto places = TRY(places_of(asked.machine));
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    const auto names = TRY(catalog.resolve_names(asked.target));
    Dependencies dependencies(catalog, places.loaded(), ModprobeConfiguration::read(places));
    std::vector<Dependency> trees;
    trees.reserve(names.size());
    for (const auto &name : names)
        trees.push_back(asked.reverse ? dependencies.needed_by(name) : dependencies.needs(name));
    return trees;
}

Ended deps(const Invocation &invocation, const Asked &asked) {
    const auto trees = look(asked);
    if (!trees)
        return Failure{trees.error()};
    Json list = Json::array();
    std::vector<TreeNode> nodes;
    for (const auto &tree : trees.value()) {
        list.push_back(
            json_of(tree, asked.reverse ? JsonName("dependents") : JsonName("dependencies")));
        nodes.push_back(node_of(tree));
    }
    if (invocation.json)
        std::fputs(json_text(list).c_str(), stdout);
    else
        print_paged(tree_text(nodes), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_deps(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "deps", "Show what a module depends on, or what depends on it",
                    "  modkeeper deps wireguard\n"
                    "  modkeeper deps bluetooth --reverse\n"
                    "  modkeeper deps pci:v00008086d00001533sv*sd*bc*sc*i* --json\n"
                    "  modkeeper deps ext4 --kernel \"$(uname -r)\"");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME", asked->target, "A module name or an alias");
    command.flag("-r,--reverse", asked->reverse, "Show the modules on disk that depend on it");
    command.machine(asked->machine);
    command.no_pager();
    command.runs([&invocation, asked] { return deps(invocation, *asked); });
}

} // namespace mk::cli
