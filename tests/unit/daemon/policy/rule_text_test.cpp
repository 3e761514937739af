// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_text.hpp"

#include <gtest/gtest.h>

#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

std::string again(const std::string &text) {
    Policy policy;
    Findings findings;
    parse_rules(text, "f", policy, findings);
    return findings.empty() && policy.rules.size() == 1 ? text_of(policy.rules.front())
                                                        : "no rule: " + text;
}

TEST(RuleText, IsWhatItWasReadFrom) {
    for (const std::string text : {
             "deny load dccp sctp id=x reason \"unused here, \\\"CVE\\\" after \\\\\"",
             "allow load @devices @boot @initramfs @usb alias:usb:*ic03isc* file:kernel/fs/** if "
             "signed",
             "deny load * except nvidia* vbox* if out-of-tree and not by container",
             "warn load x if from-memory and path=/lib/* and on-root-device and srcversion=ABC",
             "deny load x if parameters=*a#b* and for uid=1000 and by uid=1-9",
             "allow load x if signed and not for login until=2026-12-31 alone",
             "deny request net-pf-* if by unprivileged reason \"ask an administrator\"",
             "default load deny reason \"not listed\"",
         })
        EXPECT_EQ(again(text), text);
}

TEST(RuleText, SpellingIsTheKernels) {
    EXPECT_EQ(again("deny   load usb-storage"), "deny load usb_storage");
}

} // namespace
} // namespace mk::policy
