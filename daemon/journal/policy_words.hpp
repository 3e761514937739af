// SPDX-License-Identifier: GPL-2.0-only
// Words of entries about the policy: what it denied or would have denied, and how it was changed.
#pragma once

#include "journal/entry_words.hpp"

namespace mk::journal {

// Whether a decision has an entry: a denied request, and what would have been denied. A denied load
// has that of its failure, and one that is let in that of its end.
bool is_entered(const driver::PolicyDecision &decision);

Words words_of(const driver::Event &event, const driver::PolicyDecision &decision);
Words words_of(const driver::Event &event, const driver::PolicyChange &change);

} // namespace mk::journal
