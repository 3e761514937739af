// SPDX-License-Identifier: GPL-2.0-only
#include "consistency.hpp"

#include <algorithm>

namespace mk::bench {

namespace {

const char *state_word(State state) {
    switch (state) {
    case State::live:
        return "live";
    case State::coming:
        return "coming";
    case State::going:
        return "going";
    case State::unknown:
        break;
    }
    return "unknown";
}

std::string line_of(const ModuleList &list, const Module &module) {
    std::vector<std::string_view> users(list.users_of(module),
                                        list.users_of(module) + module.user_count);
    std::sort(users.begin(), users.end());
    std::string line(module.name);
    line += ' ' + std::to_string(module.size) + ' ' + std::to_string(module.references) + ' ';
    for (std::string_view user : users)
        (line += user) += ',';
    return line + ' ' + state_word(module.state) + ' ' + std::to_string(module.taints) + '\n';
}

} // namespace

std::string canonical_lines(const ModuleList &list) {
    std::vector<std::string> lines;
    for (const Module &module : list.modules())
        lines.push_back(line_of(list, module));
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string &line : lines)
        all += line;
    return all;
}

// FNV-1a
std::uint64_t hash_of(const std::string &lines) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : lines)
        hash = (hash ^ c) * 0x100000001b3;
    return hash;
}

Contradictions contradictions_of(const ModuleList &list, const std::vector<std::string> &staying) {
    Contradictions found;
    std::vector<std::string_view> names;
    for (const Module &module : list.modules())
        names.push_back(module.name);
    std::sort(names.begin(), names.end());
    for (std::size_t i = 1; i < names.size(); i++)
        found.duplicates += names[i] == names[i - 1];
    for (const std::string &name : staying)
        found.missing += !std::binary_search(names.begin(), names.end(), std::string_view(name));
    for (const Module &module : list.modules()) {
        found.few_references += module.references < module.user_count;
        for (std::uint32_t i = 0; i < module.user_count; i++)
            found.absent_users +=
                !std::binary_search(names.begin(), names.end(), list.users_of(module)[i]);
    }
    return found;
}

} // namespace mk::bench
