// SPDX-License-Identifier: GPL-2.0-only
#include "journal/load_caller.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(LoadCaller, NobodyIsKnownOfALoadThatHasNotEnded) {
    LoadHistory history;
    history.module = "dummy"_module;
    EXPECT_FALSE(journal::caller_of(history));
}

// A record of another boot, or of a number that no entry has.
TEST(LoadCaller, NobodyIsKnownOfWhatTheJournalDoesNotHave) {
    LoadHistory history;
    history.module = "mk_in_no_journal"_module;
    history.end = driver::Event{driver::EventKind::LoadLive};
    history.end->sequence = UINT64_MAX;
    EXPECT_FALSE(journal::caller_of(history));
}

} // namespace
} // namespace mk
