// SPDX-License-Identifier: GPL-2.0-only
// Files of rules. Each rule is read again from its own text, and is the same then; each finding
// has a place in the file.
#include <string>

#include "input.hpp"
#include "policy/lint.hpp"
#include "policy/named_sets.hpp"
#include "policy/rule_parser.hpp"
#include "policy/rule_text.hpp"

namespace {

using namespace mk;
using namespace mk::policy;

void must_be_read_again(const Rule &rule) {
    const auto text = text_of(rule);
    Policy again;
    Findings findings;
    parse_rules(text, "again.rules", again, findings);
    MUST(findings.empty() && again.rules.size() == 1);
    MUST(text_of(again.rules[0]) == text);
    MUST(again.rules[0].until == rule.until && again.rules[0].reason == rule.reason);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const auto text = text_of_input(data, size);
    Policy policy;
    Findings findings;
    parse_rules(text, "some.rules", policy, findings);
    for (const auto &rule : policy.rules)
        must_be_read_again(rule);
    expand_sets(policy, findings);
    for (const auto &rule : policy.rules)
        for (const auto *patterns : {&rule.what, &rule.except})
            for (const auto &pattern : *patterns)
                MUST(pattern.kind != Pattern::Kind::Set);
    lint(policy, 1'800'000'000, findings);
    for (const auto &finding : findings)
        MUST(finding.place.line > 0 && finding.place.column > 0 &&
             !finding.diagnosis.reason.empty());
    return 0;
}
