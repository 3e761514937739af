// SPDX-License-Identifier: GPL-2.0-only
#include "explain/stuck_load.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::EventKind;

constexpr std::uint64_t second = 1'000'000'000;

class StuckLoad : public testing::Test {
  protected:
    Event &add(EventKind kind, const char *module, std::uint32_t tgid = 41) {
        Event event;
        event.kind = kind;
        event.sequence = events_.size() + 1;
        event.boottime_ns = 100 * second;
        event.tgid = tgid;
        event.pid = tgid + 1;
        event.body = driver::body_of(kind);
        if (auto *change = std::get_if<driver::ModuleEvent>(&event.body)) {
            change->module = module;
            change->load_sequence = 1;
        }
        events_.push_back(event);
        return events_.back();
    }
    // A thread of the loader, with its start in ticks of 10 ms.
    void run_loader(const char *ticks, const char *waits = "msleep") {
        proc_.write("41/task/42/stat",
                    std::string("42 (a) b (x) S 1 41 41 0 -1 4194560 1 2 3 4 5 6 "
                                "7 8 20 0 1 0 ") +
                        ticks + " 4096 1\n");
        proc_.write("41/task/42/wchan", waits);
    }
    const Event *crashed(bool is_coming = true) {
        return crashed_load(
            events_, [&](const std::string &) { return is_coming; }, proc_.path());
    }

    std::vector<Event> events_;
    test::TemporaryFolder proc_;
};

TEST_F(StuckLoad, ALoaderThatWaitsIsThere) {
    run_loader("9000");
    const auto &begin = add(EventKind::LoadBegin, "mk");
    EXPECT_TRUE(is_loader_there(begin, proc_.path()));
    EXPECT_EQ(where_it_waits(begin, proc_.path()), "in msleep");
    EXPECT_EQ(crashed(), nullptr);
    run_loader("9000", "0");
    EXPECT_EQ(where_it_waits(begin, proc_.path()), "");
}

TEST_F(StuckLoad, ALoaderThatIsGoneCrashed) {
    add(EventKind::LoadBegin, "mk");
    ASSERT_NE(crashed(), nullptr);
    EXPECT_EQ(driver::module_of(*crashed()), "mk");
    EXPECT_EQ(crashed(false), nullptr) << "the kernel knows no such module";
    run_loader("10001"); // another task has its number now
    EXPECT_NE(crashed(), nullptr);
    add(EventKind::LoadLive, "mk");
    EXPECT_EQ(crashed(), nullptr);
}

TEST_F(StuckLoad, TheKernelsLinesShowTheCrash) {
    const auto found = diagnose_crash(
        "mk"_module, {{3, 1, 1, "BUG: kernel NULL pointer dereference, address: 0000000000000008"},
                      {4, 2, 2, "CPU: 0 PID: 42 Comm: insmod"},
                      {4, 3, 3, "RIP: 0010:mk_init+0xa/0x1000 [mk]"},
                      {4, 4, 4, "RIP: 0010:other+0xa/0x1000 [other]"}});
    EXPECT_EQ(found.cause, Cause::InitFailed);
    ASSERT_NE(found.evidence_of<KernelLines>(), nullptr);
    EXPECT_EQ(
        found.evidence_of<KernelLines>()->lines,
        (std::vector<std::string>{"BUG: kernel NULL pointer dereference, address: 0000000000000008",
                                  "RIP: 0010:mk_init+0xa/0x1000 [mk]"}));
    EXPECT_EQ(diagnose_crash("mk"_module, {}).evidence_of<KernelLines>(), nullptr);
}

} // namespace
} // namespace mk
