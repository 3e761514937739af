// SPDX-License-Identifier: GPL-2.0-only
#include "base/cause.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/error.hpp"

namespace mk {
namespace {

// An entry that is out of place shifts the words of all behind it.
TEST(Cause, EachHasItsWord) {
    EXPECT_EQ(word_of(Cause::None), "");
    EXPECT_EQ(word_of(Cause::NoSuchModule), "no-such-module");
    EXPECT_EQ(word_of(Cause::CommandFailed), "command-failed");
    EXPECT_EQ(word_of(Cause::NotPrivileged), "not-privileged");
    EXPECT_EQ(word_of(Cause::NoModuleSupport), "no-module-support");
    EXPECT_EQ(word_of(Cause::Unsigned), "unsigned");
    EXPECT_EQ(word_of(Cause::DamagedFile), "damaged-file");
    EXPECT_EQ(word_of(Cause::OtherKernel), "other-kernel");
    EXPECT_EQ(word_of(Cause::MissingSymbol), "missing-symbol");
    EXPECT_EQ(word_of(Cause::DuplicateSymbol), "duplicate-symbol");
    EXPECT_EQ(word_of(Cause::BadParameter), "bad-parameter");
    EXPECT_EQ(word_of(Cause::InitFailed), "init-failed");
    EXPECT_EQ(word_of(Cause::Held), "held");
    EXPECT_EQ(word_of(Cause::BeingUnloaded), "being-unloaded");
    EXPECT_EQ(word_of(Cause::Unknown), "unknown");
}

TEST(Cause, EachHasAWordOfItsOwnAndAnExplanation) {
    std::set<std::string> words;
    for (const auto &entry : cause_entries().subspan(1)) {
        EXPECT_TRUE(words.insert(std::string(entry.word)).second) << entry.word;
        EXPECT_EQ(entry.word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), entry.word.npos)
            << entry.word;
        EXPECT_FALSE(entry.meaning.empty()) << entry.word;
        EXPECT_FALSE(entry.remedy.empty()) << entry.word;
        // each is put in front of a period
        EXPECT_FALSE(entry.meaning.ends_with('.')) << entry.word;
        EXPECT_FALSE(entry.remedy.ends_with('.')) << entry.word;
    }
}

TEST(Cause, IsFoundByItsWordAndNumber) {
    for (std::size_t i = 0; i < cause_entries().size(); ++i) {
        const auto cause = static_cast<Cause>(i);
        EXPECT_EQ(cause_of_word(word_of(cause)), cause);
        EXPECT_EQ(cause_of_number(i), cause);
    }
    EXPECT_EQ(cause_of_word("bad-luck"), Cause::None);
    EXPECT_EQ(cause_of_number(cause_entries().size()), Cause::None);
    EXPECT_EQ(cause_of_number(UINT64_MAX), Cause::None);
}

// What the code alone tells has an entry with that code.
TEST(Cause, OfACodeHasThatCode) {
    for (unsigned i = 0; i <= static_cast<unsigned>(ErrorCode::Failed); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        const auto cause = cause_of_code(code);
        EXPECT_TRUE(cause == Cause::None || entry_of(cause).code == code) << error_name(code);
    }
    EXPECT_EQ(cause_of(Error{ErrorCode::BadFormat, ""}), Cause::DamagedFile);
    EXPECT_EQ(cause_of(Error{ErrorCode::BadFormat, "", {.cause = Cause::OtherKernel}}),
              Cause::OtherKernel);
}

} // namespace
} // namespace mk
