// SPDX-License-Identifier: GPL-2.0-only
// What is entered, what was entered before, and what is too much.
#include "journal/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "fixtures/temporary_folder.hpp"
#include "journal/message_ids.hpp"
#include "journal/sender.hpp"

namespace mk::journal {
namespace {

using driver::EventKind;
using namespace std::chrono_literals;

driver::Event event(EventKind kind, std::uint64_t sequence, std::uint64_t boottime_ns) {
    driver::Event one;
    one.kind = kind;
    one.sequence = sequence;
    one.boottime_ns = boottime_ns;
    one.body = driver::body_of(kind);
    return one;
}

class JournalWriter : public testing::Test {
  protected:
    Writer writer(Position last = {}) {
        return Writer(
            [this](const Fields &fields) {
                if (!is_away_)
                    sent_.push_back(fields);
                return is_away_ ? -ECONNREFUSED : 0;
            },
            last);
    }
    bool has(std::size_t entry, const std::string &field) const {
        return std::find(sent_[entry].begin(), sent_[entry].end(), field) != sent_[entry].end();
    }
    // The driver's ring, as far as a test fills it.
    void catch_up(Writer &writer) {
        now_ = std::max(now_, writer.due().value_or(now_));
        writer.catch_up(
            [this](const auto &take) {
                for (auto &one : ring_)
                    if (!take(one))
                        return;
            },
            now_);
    }
    static driver::Event refused(const std::string &module, std::uint64_t sequence,
                                 driver::RefusalReason reason) {
        auto one = event(EventKind::UnloadRefused, sequence, sequence);
        std::get<driver::RefusedUnload>(one.body).module = module;
        std::get<driver::RefusedUnload>(one.body).reason = reason;
        return one;
    }
    std::size_t entries_of(const std::string &kind) const {
        return static_cast<std::size_t>(
            std::count_if(sent_.begin(), sent_.end(), [&](const auto &fields) {
                return std::find(fields.begin(), fields.end(), "MODKEEPER_KIND=" + kind) !=
                       fields.end();
            }));
    }

    bool is_away_ = false;
    std::vector<driver::Event> ring_;
    std::vector<Fields> sent_;
    Writer::Clock::time_point now_ = Writer::Clock::time_point(100s);
};

TEST_F(JournalWriter, EntersWhatWasDoneAndNothingElse) {
    auto one = writer();
    one.take(event(EventKind::Present, 1, 10), now_);
    one.take(event(EventKind::LoadBegin, 2, 20), now_);
    one.take(event(EventKind::LoadLive, 3, 30), now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_SEQUENCE=3"));
}

TEST_F(JournalWriter, SkipsWhatHasAnEntryAlready) {
    auto one = writer({30, 3});
    one.take(event(EventKind::LoadLive, 2, 20), now_);
    one.take(event(EventKind::LoadLive, 3, 30), now_);
    EXPECT_TRUE(sent_.empty());
    one.take(event(EventKind::Unload, 4, 30), now_, {"MODKEEPER_JOB=7"});
    EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(JournalWriter, ADriverThatWasLoadedAnewBeginsAtOne) {
    auto one = writer({30, 300});
    one.take(event(EventKind::LoadLive, 2, 40), now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_SEQUENCE=2"));
}

TEST_F(JournalWriter, ALoadHasItsFileAndParameters) {
    auto live = event(EventKind::LoadLive, 3, 30);
    std::get<driver::ModuleEvent>(live.body).file = "/x.ko";
    std::get<driver::ModuleEvent>(live.body).args = "a=1";
    auto one = writer();
    one.take(live, now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_TRUE(has(0, "MODKEEPER_FILE=/x.ko"));
    EXPECT_TRUE(has(0, "MODKEEPER_ARGS=a=1"));
}

TEST_F(JournalWriter, AJournalThatWasAwayCatchesUp) {
    auto one = writer();
    ring_ = {event(EventKind::LoadLive, 1, 10), event(EventKind::LoadLive, 2, 20),
             event(EventKind::Unload, 3, 30), event(EventKind::Unload, 4, 40)};
    one.take(ring_[0], now_);
    EXPECT_FALSE(one.due());
    is_away_ = true;
    one.take(ring_[1], now_);
    one.take(ring_[2], now_);
    EXPECT_TRUE(one.due());
    catch_up(one); // still away
    is_away_ = false;
    one.take(ring_[3], now_); // in its turn, behind those that wait
    EXPECT_EQ(sent_.size(), 1U);
    catch_up(one);
    ASSERT_EQ(sent_.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_TRUE(has(i, "MODKEEPER_SEQUENCE=" + std::to_string(i + 1)));
    EXPECT_FALSE(one.due());
}

TEST_F(JournalWriter, MassesAreCutShortAndTheSumIsToldOnceAMinute) {
    auto one = writer();
    constexpr auto most = static_cast<std::size_t>(Budget::of_loads.burst);
    for (std::uint64_t i = 1; i <= most + 5; ++i)
        one.take(event(EventKind::Unload, i, i), now_);
    EXPECT_EQ(sent_.size(), most);
    one.take(event(EventKind::Unload, 9000, 9000), now_ + 1s);
    ASSERT_EQ(sent_.size(), most + 1);
    EXPECT_TRUE(has(most, "MODKEEPER_SEQUENCE=9000"));
    catch_up(one);
    ASSERT_EQ(sent_.size(), most + 2);
    EXPECT_TRUE(has(most + 1, std::string("MESSAGE_ID=") + left_out_id));
    EXPECT_TRUE(has(most + 1, "MODKEEPER_LEFT_OUT=5"));
    EXPECT_FALSE(one.due());
}

// Somebody who waits for a module to be free asks the kernel again and again; others load
// meanwhile.
TEST_F(JournalWriter, RefusalsOfOneModuleKeepNothingElseOut) {
    auto one = writer();
    std::uint64_t sequence = 0;
    const auto next = [&](EventKind kind) {
        ++sequence;
        return event(kind, sequence, sequence);
    };
    for (int i = 0; i < 2000; ++i)
        one.take(refused("held", ++sequence, driver::RefusalReason::InUse), now_);
    for (int i = 0; i < 40; ++i)
        one.take(next(EventKind::LoadLive), now_);
    one.take(refused("other", ++sequence, driver::RefusalReason::InUse), now_);
    EXPECT_EQ(entries_of("load-live"), 40U);
    EXPECT_EQ(entries_of("unload-refused"),
              static_cast<std::size_t>(Budget::of_refusals.burst) + 1);
}

TEST_F(JournalWriter, AToolInALoopKeepsNothingElseOut) {
    auto one = writer();
    std::uint64_t sequence = 0;
    const auto failed = [&](const std::string &command) {
        ++sequence;
        driver::Event event{EventKind::ToolFailed};
        event.sequence = event.boottime_ns = sequence;
        event.body = driver::ToolFailure{.command = command, .exit_status = 1};
        return event;
    };
    for (int i = 0; i < 3000; ++i)
        one.take(failed(fmt::format("modprobe name_{}", i)), now_);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_tools.burst));
    // Neither loads nor refused unloads wait for it.
    ++sequence;
    one.take(event(EventKind::LoadLive, sequence, sequence), now_);
    one.take(refused("held", ++sequence, driver::RefusalReason::InUse), now_);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_tools.burst) + 2);
}

TEST_F(JournalWriter, WhatAnybodyCanCauseKeepsNothingElseOut) {
    auto one = writer();
    std::uint64_t sequence = 0;
    const auto next = [&](EventKind kind) {
        ++sequence;
        return event(kind, sequence, sequence);
    };
    for (int i = 0; i < 3000; ++i) {
        // another name each time
        auto unload =
            refused("m" + std::to_string(i), ++sequence, driver::RefusalReason::Permission);
        unload.anybody = true;
        one.take(unload, now_);
        auto failed = next(EventKind::LoadFailed);
        failed.anybody = true;
        one.take(failed, now_);
        auto asked_for = next(EventKind::LoadFailed);
        auto &change = std::get<driver::ModuleEvent>(asked_for.body);
        change.link = driver::Link::Certain;
        change.request_uid = 1000;
        one.take(asked_for, now_);
    }
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_anybody.burst));
    for (int i = 0; i < 500; ++i)
        one.take(next(EventKind::LoadFailed), now_);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_anybody.burst) + 500);
}

// A request that the policy denies can be made again at once, by a user or by a helper of theirs
// that runs as root.
TEST_F(JournalWriter, WhatThePolicyDeniesToAnybodyKeepsNothingElseOut) {
    auto one = writer();
    std::uint64_t sequence = 0;
    const auto decision = [&](driver::PolicyGate gate, driver::PolicyVerdict outcome) {
        ++sequence;
        auto event = mk::journal::event(EventKind::PolicyDecision, sequence, sequence);
        std::get<driver::PolicyDecision>(event.body).gate = gate;
        std::get<driver::PolicyDecision>(event.body).outcome = outcome;
        return event;
    };
    for (int i = 0; i < 3000; ++i) {
        one.take(decision(driver::PolicyGate::Request, driver::PolicyVerdict::Denied), now_);
        auto marked = decision(driver::PolicyGate::Load, driver::PolicyVerdict::WouldDeny);
        marked.anybody = true;
        one.take(marked, now_);
        auto asked_for = decision(driver::PolicyGate::Load, driver::PolicyVerdict::WouldDeny);
        auto &body = std::get<driver::PolicyDecision>(asked_for.body);
        body.link = driver::Link::Uncertain;
        body.request_uid = 1000;
        one.take(asked_for, now_);
    }
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_anybody.burst));
    for (int i = 0; i < 500; ++i)
        one.take(decision(driver::PolicyGate::Load, driver::PolicyVerdict::WouldDeny), now_);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(Budget::of_anybody.burst) + 500);
}

TEST(JournalSender, PutsFieldsAsJournaldTakesThem) {
    EXPECT_EQ(datagram_of({"MESSAGE=a=b", "MODKEEPER_ARGS=x\ny"}),
              std::string("MESSAGE=a=b\nMODKEEPER_ARGS\n\3\0\0\0\0\0\0\0x\ny\n", 39));
}

// A caller chooses how long the names are of what it asks for: no entry would be what it wants.
TEST(JournalSender, SendsWhatIsTooLargeForADatagramAsASealedFile) {
    const test::TemporaryFolder folder;
    const auto place = folder / "socket";
    const Descriptor journald(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(journald.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    const std::string large(8U << 20, 'x');
    ASSERT_EQ(Sender(place).send({"MESSAGE=" + large, "MODKEEPER_CALLER_UID=1000"}), 0);
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ASSERT_EQ(recvmsg(journald.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC), 0)
        << "nothing was sent";
    const cmsghdr *header = CMSG_FIRSTHDR(&message);
    ASSERT_TRUE(header != nullptr && header->cmsg_type == SCM_RIGHTS);
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    const Descriptor file(fd);
    EXPECT_EQ(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    std::string bytes(large.size() + 100, '\0');
    const auto got = pread(fd, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    EXPECT_TRUE(bytes ==
                "MESSAGE=" + large + "\nMODKEEPER_CALLER_UID=1000\nSYSLOG_IDENTIFIER=modkeeperd\n");
}

TEST(JournalSender, NeverWaits) {
    const test::TemporaryFolder folder;
    const auto place = folder / "socket";
    Sender sender(place);
    EXPECT_EQ(sender.send({"MESSAGE=x"}), -ENOENT);
    const int journald = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(journald, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    EXPECT_EQ(sender.send({"MESSAGE=x"}), 0);
    // one that does not read
    int result = 0;
    for (int i = 0; i < 100'000 && result == 0; ++i)
        result = sender.send({"MESSAGE=x"});
    EXPECT_EQ(result, -EAGAIN);
    close(journald);
    EXPECT_EQ(sender.send({"MESSAGE=x"}), -ECONNREFUSED);
}

} // namespace
} // namespace mk::journal
