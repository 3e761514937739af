// SPDX-License-Identifier: GPL-2.0-only
#include "explain/failure_text.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/text_file.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

driver::Event load_failed(std::uint64_t sequence) {
    driver::Event event;
    event.kind = driver::EventKind::LoadFailed;
    event.sequence = sequence;
    event.comm = "insmod";
    event.tgid = 41;
    driver::ModuleEvent change;
    change.module = "dummy";
    change.command = "insmod ./dummy.ko";
    event.body = change;
    return event;
}

Why failed() {
    Why why;
    why.history.module = "dummy"_module;
    why.history.end = load_failed(7);
    why.diagnosis = failure(Cause::InitFailed, "module dummy was not loaded",
                            "its init found no hardware", "look at dmesg");
    return why;
}

std::string text_of(const Sentences &sentences) {
    return join(sentences, "\n");
}

TEST(FailureText, OfTheLastLoad) {
    auto why = failed();
    EXPECT_EQ(cause_of(why), ": its init found no hardware");
    EXPECT_EQ(failed_call(why), nullptr) << "the history ends with it";
    why.diagnosis->evidence.emplace_back(KernelAnswer{ENODEV});
    why.diagnosis->evidence.emplace_back(KernelLines{{"dummy: nothing here", "dummy: giving up"}});
    why.diagnosis->certainty = Certainty::Inferred;
    Sentences said;
    add_failure(said, why);
    EXPECT_EQ(text_of(said), "The kernel answered No such device (ENODEV).\n"
                             "Kernel log: dummy: nothing here | dummy: giving up\n"
                             "This is the likely cause; the record does not show it.\n"
                             "Next: look at dmesg.");
    // It has succeeded since.
    why.history.end->kind = driver::EventKind::LoadLive;
    said.clear();
    add_failure(said, why);
    EXPECT_TRUE(said.empty()) << text_of(said);
}

TEST(FailureText, OfACallSinceThen) {
    auto why = failed();
    why.history.end->kind = driver::EventKind::LoadLive;
    why.history.failed_since = load_failed(9);
    ASSERT_NE(failed_call(why), nullptr);
    EXPECT_EQ(failed_call(why)->sequence, 9U);
    Sentences said;
    add_failed_call(said, why, *failed_call(why));
    const auto text = text_of(said);
    EXPECT_TRUE(text.starts_with("Loading module dummy again failed at ")) << text;
    EXPECT_NE(text.find("insmod[41] of uid 0 tried to load it: insmod ./dummy.ko."),
              std::string::npos)
        << text;
    EXPECT_TRUE(text.ends_with("Next: look at dmesg.")) << text;
}

TEST(FailureText, AFileThatIsAnotherNow) {
    auto why = failed();
    for (const auto &[state, words] :
         {std::pair{RecordedFile::State::Replaced, "The file has changed since."},
          {RecordedFile::State::Gone, "The file no longer exists."},
          {RecordedFile::State::Elsewhere, "had mounts of its own"}}) {
        why.file.state = state;
        Sentences said;
        add_failure(said, why);
        EXPECT_NE(text_of(said).find(words), std::string::npos) << words;
    }
}

TEST(FailureText, NothingIsAdvisedWhereThereIsNothingToDo) {
    Sentences said;
    add_remedies(said, failure(Cause::InitFailed, "x", "y"));
    EXPECT_TRUE(said.empty());
}

} // namespace
} // namespace mk
