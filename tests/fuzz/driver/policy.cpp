// SPDX-License-Identifier: GPL-2.0-only
// The block of a policy, and the judge of whatever passes as one. The first byte says which facts
// there are.
#include "core/policy.hpp"

#include <cstdlib>
#include <vector>

#include "../target.hpp"

namespace {

mk::PolicyFacts facts_for(std::uint8_t seed) {
    mk::PolicyFacts facts;
    for (unsigned fact = 0; fact < MODKEEPER_FACTS; fact++)
        if (seed & (1U << fact % 4))
            facts.set(static_cast<modkeeper_policy_fact>(fact), seed & (16U << fact % 4));
    facts.realtime_ns = seed;
    facts.by_uid = seed;
    facts.path = mk::Text::from_c("/lib/modules/a.ko");
    facts.srcversion = mk::Text::from_c("0123ABCD");
    facts.parameters = mk::Text::from_c("debug=1 a=b");
    return facts;
}

// Rules and verdicts are of the policy that was given.
void judge(const mk::Policy &policy, const mk::PolicyFacts &facts) {
    mk::u32 rules = policy.blob().rule_count();
    for (const char *name : {"a", "rxrpc", "net-pf-33", "esp4", ""})
        for (auto gate : {MODKEEPER_POLICY_GATE_LOAD, MODKEEPER_POLICY_GATE_REQUEST}) {
            auto match = policy.judge(gate, mk::Text::from_c(name), facts);
            MUST(match.verdict == MODKEEPER_RULE_ALLOW || match.verdict == MODKEEPER_RULE_DENY);
            MUST(match.rule == mk::Policy::none || match.rule < rules);
            MUST(match.warned == mk::Policy::none || match.warned < rules);
            MUST(match.verdict == MODKEEPER_RULE_ALLOW || match.rule != mk::Policy::none);
            if (match.rule != mk::Policy::none) {
                MUST(policy.blob().rule(match.rule).gate == gate);
                MUST(policy.id_of(match.rule).length() <= MODKEEPER_POLICY_ID_MAX);
                MUST(policy.reason_of(match.rule).length() <= MODKEEPER_POLICY_REASON_MAX);
            }
        }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (!size)
        return 0;
    // Exactly as long as the block, so that what is read behind it is found.
    std::size_t bytes = size - 1;
    std::vector<mk::u64> words((bytes + 7) / 8);
    auto *block = reinterpret_cast<mk::u8 *>(words.data());
    if (bytes)
        mk::copy_bytes(block, data + 1, bytes);
    mk::PolicyFault fault = mk::check_policy(block, bytes);
    if (fault.found()) {
        MUST(fault.offset <= bytes);
        return 0;
    }
    MUST(bytes % 8 == 0);
    mk::PolicyBlob blob(block);
    std::vector<mk::u64> index((mk::Policy::index_bytes(blob) + 7) / 8);
    judge(mk::Policy(blob, reinterpret_cast<mk::u8 *>(index.data())), facts_for(data[0]));
    return 0;
}
