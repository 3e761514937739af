// SPDX-License-Identifier: GPL-2.0-only
// What the daemon has mapped of an index, while plans come and when no more do.
#include "service/idle_index.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "fixtures/module_tree.hpp"

namespace mk::service {
namespace {

using namespace std::chrono_literals;

class IdleIndexTest : public testing::Test {
  protected:
    IdleIndexTest() {
        loop_ = std::move(make_event_loop().value());
        tree_.add("mk_one", {"name=mk_one", "license=GPL"});
        tree_.index();
    }
    std::size_t steps() { return planner_.plan({{"mk_one"}}).value().steps.size(); }
    bool is_mapped() const {
        std::ifstream maps("/proc/self/maps");
        const std::string text{std::istreambuf_iterator<char>(maps), {}};
        return text.find(tree_.root().path()) != std::string::npos;
    }
    void run_until_released() {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (is_mapped()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it is held for too long";
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }

    EventLoop loop_;
    test::ModuleTree tree_;
    Planner planner_{tree_.places()};
};

TEST_F(IdleIndexTest, IsLetGoWhenNoMorePlansCome) {
    IdleIndex index(loop_.get(), planner_, 20ms);
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(steps(), 1U);
        EXPECT_TRUE(is_mapped());
        run_until_released();
    }
}

TEST_F(IdleIndexTest, IsHeldWhilePlansCome) {
    IdleIndex index(loop_.get(), planner_, 1h);
    EXPECT_EQ(steps(), 1U);
    sd_event_run(loop_.get(), 1000);
    EXPECT_TRUE(is_mapped());
}

TEST_F(IdleIndexTest, ThePlannerMayOutliveIt) {
    { IdleIndex index(loop_.get(), planner_, 1h); }
    EXPECT_EQ(steps(), 1U);
}

} // namespace
} // namespace mk::service
