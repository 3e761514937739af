// SPDX-License-Identifier: GPL-2.0-only
#include "policy/policy_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "base/text_file.hpp"
#include "kmod/conf_files.hpp"
#include "policy/lint.hpp"
#include "policy/named_sets.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {

namespace {

constexpr std::size_t file_max = 4U << 20;

void add(PolicyText &result, RuleFile file) {
    result.files.push_back(file.path);
    parse_rules(file.text, file.path, result.policy, result.findings);
    result.sources.push_back(std::move(file));
}

PolicyText finish(PolicyText result, std::int64_t now) {
    expand_sets(result.policy, result.findings);
    lint(result.policy, now, result.findings);
    sort_findings(result);
    return result;
}

} // namespace

void sort_findings(PolicyText &text) {
    const auto position = [&](const Finding &finding) {
        const auto file = std::find(text.files.begin(), text.files.end(), finding.place.file);
        return std::tuple(file - text.files.begin(), finding.place.line, finding.place.column);
    };
    std::stable_sort(text.findings.begin(), text.findings.end(),
                     [&](const auto &a, const auto &b) { return position(a) < position(b); });
}

std::vector<std::string> policy_folders(const std::string &root) {
    return {root + "/etc/modkeeper/policy.d", root + "/run/modkeeper/policy.d",
            root + "/usr/lib/modkeeper/policy.d"};
}

PolicyText read_policy(const std::string &root, std::int64_t now) {
    PolicyText result;
    ConfRules rules;
    rules.endings = {".rules"};
    rules.root = root;
    const auto files = read_conf_files(policy_folders(root), rules);
    for (const auto &file : files.files)
        add(result, {file.path, file.text.text()});
    for (const auto &file : files.unread)
        result.findings.push_back(error_at({file.path, 0, 0}, file.reason));
    return finish(std::move(result), now);
}

PolicyText parse_policy(std::vector<RuleFile> files, std::int64_t now) {
    PolicyText result;
    for (auto &file : files)
        add(result, std::move(file));
    return finish(std::move(result), now);
}

PolicyText read_policy_files(const std::vector<std::string> &paths, std::int64_t now) {
    PolicyText result;
    for (const auto &path : paths) {
        if (auto text = read_text(path, file_max))
            add(result, {path, std::move(*text)});
        else
            result.findings.push_back(error_at({path, 0, 0}, std::strerror(errno)));
    }
    return finish(std::move(result), now);
}

} // namespace mk::policy
