// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/dependencies.hpp"

#include <algorithm>

#include "base/pattern.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

using Edge = Dependencies::Edge;

constexpr std::size_t max_index = 16U << 20; // bytes

// "pre: a b post: c"; libkmod leaves out the blank before "post:".
std::vector<Edge> parse_softdep(std::string_view text) {
    constexpr std::string_view pre = "pre:";
    constexpr std::string_view post = "post:";
    std::vector<Edge> edges;
    Need need = Need::Pre;
    for (auto word : split(text, " \t")) {
        if (word == pre)
            continue;
        const bool last = word.ends_with(post);
        if (last)
            word.remove_suffix(post.size());
        if (!word.empty())
            edges.push_back({ModuleName(word), need});
        if (last)
            need = Need::Post;
    }
    return edges;
}

} // namespace

void Dependencies::read_softdeps() {
    if (soft_read_)
        return;
    soft_read_ = true;
    const KmodConfig list(kmod_config_get_softdeps(&catalog_.context()));
    while (list && kmod_config_iter_next(list.get())) {
        const char *value = kmod_config_iter_get_value(list.get());
        soft_.emplace_back(kmod_config_iter_get_key(list.get()),
                           parse_softdep(value != nullptr ? value : ""));
    }
}

ModuleNames Dependencies::meaning(const ModuleName &name_or_alias) {
    auto names = catalog_.knows(name_or_alias) ? catalog_.resolve_names(name_or_alias)
                                               : Result<ModuleNames>(Error{});
    return names ? std::move(names.value()) : ModuleNames{name_or_alias};
}

const std::vector<Edge> &Dependencies::direct(const ModuleName &name) {
    const auto known = direct_.find(name);
    if (known != direct_.end())
        return known->second;
    read_softdeps();
    std::vector<Edge> edges;
    const auto add = [&](const ModuleName &other, Need need) {
        const auto same = [&](const Edge &edge) { return edge.name == other && edge.need == need; };
        if (other != name && std::none_of(edges.begin(), edges.end(), same))
            edges.push_back({other, need});
    };
    // these may name an alias, such as crypto-crc32c
    const auto add_weak = [&](const std::vector<std::string> &others) {
        for (const auto &other : others)
            for (const auto &meant : meaning(ModuleName(other)))
                add(meant, Need::Weak);
    };
    if (const auto file = catalog_.describe_name(name)) {
        for (const auto &other : file.value().depends)
            add(ModuleName(other), Need::Hard);
        add_weak(file.value().weak_depends);
    }
    add_weak(configuration_.weak_dependencies(name));
    // of several lines libkmod takes the first
    const auto soft = std::find_if(soft_.begin(), soft_.end(),
                                   [&](const auto &line) { return fits(line.first, name); });
    if (soft != soft_.end())
        for (const auto &edge : soft->second)
            for (const auto &meant : meaning(edge.name))
                add(meant, edge.need);
    return direct_[name] = std::move(edges);
}

// modules.dep has all direct and indirect dependencies, so only the files of modules that need this
// one in any way must be read. Since kmod 33, depmod lists those that may request it later.
std::vector<Edge> Dependencies::step_up(const ModuleName &name) {
    ModuleNames candidates;
    const auto index = read_text(catalog_.module_dir() + "/modules.dep", max_index).value_or("");
    for (const auto line : split(index, "\n")) {
        const auto words = split(line, " ");
        const auto needs_it = [&](auto word) { return ModuleName::of_file(word) == name; };
        if (words.size() > 1 && std::any_of(words.begin() + 1, words.end(), needs_it))
            candidates.push_back(ModuleName::of_file(words[0].substr(0, words[0].find(':'))));
    }
    read_softdeps();
    std::vector<std::string> patterns;
    for (const auto &[asking, edges] : soft_)
        if (is_pattern(asking))
            patterns.push_back(asking);
        else
            candidates.emplace_back(asking);
    const auto weak = read_text(catalog_.module_dir() + "/modules.weakdep", max_index).value_or("");
    for (const auto &line : parse_modprobe_lines(weak, {}))
        candidates.emplace_back(line.name);
    for (const auto &asking : catalog_.names()) {
        const auto means_it = [&](auto &pattern) { return fits(pattern, asking); };
        if (std::any_of(patterns.begin(), patterns.end(), means_it) ||
            !configuration_.weak_dependencies(asking).empty())
            candidates.push_back(asking);
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::vector<Edge> result;
    for (const auto &candidate : candidates)
        for (const auto &edge : direct(candidate))
            if (edge.name == name)
                result.push_back({candidate, edge.need});
    return result;
}

Dependency Dependencies::make(const ModuleName &name, Need need) {
    Dependency made;
    made.name = name;
    made.need = need;
    made.state = loaded_.state(name);
    if (made.state == LoadState::Absent) {
        const auto file = catalog_.describe_name(name);
        made.has_file = static_cast<bool>(file);
        // one without parameters has no folder in sysfs
        if (file && file.value().built_in)
            made.state = LoadState::BuiltIn;
    }
    return made;
}

void Dependencies::grow(Dependency &node, Step step, std::map<ModuleName, int> &seen) {
    const auto edges = (this->*step)(node.name);
    // circles of softdeps end here too
    if (seen[node.name]++ > 0) {
        node.repeated = !edges.empty();
        return;
    }
    for (const auto &edge : edges) {
        node.below.push_back(make(edge.name, edge.need));
        grow(node.below.back(), step, seen);
    }
}

Dependency Dependencies::needs(const ModuleName &name) {
    auto root = make(name, Need::Hard);
    std::map<ModuleName, int> seen;
    grow(root, &Dependencies::step_down, seen);
    return root;
}

Dependency Dependencies::needed_by(const ModuleName &name) {
    auto root = make(name, Need::Hard);
    std::map<ModuleName, int> seen;
    grow(root, &Dependencies::step_up, seen);
    return root;
}

} // namespace mk
