// SPDX-License-Identifier: GPL-2.0-only
// What a planner keeps of the index and of modprobe.d, and when it looks at them again.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "fixtures/file_reads.hpp"
#include "planner_fixture.hpp"

namespace mk {
namespace {

// Each name is compared with all others, and a caller may name a thousand.
TEST_F(PlannerTest, ManyUnknownNamesReadTheIndexOnce) {
    add("alpha");
    tree_.index();
    const test::FileReads reads(tree_.places().module_dir + "/modules.dep");
    const auto plan = plan_of_unknown(planner(), 100);
    EXPECT_EQ(reads.count(), 1U);
    const auto tells = [&](std::size_t goal, const char *what) {
        return plan.goals.at(goal).obstacles.at(0).message.find(what) != std::string::npos;
    };
    EXPECT_TRUE(tells(0, "did you mean alpha?"));
    EXPECT_FALSE(tells(99, "did you mean")) << "as often as there are names";
    EXPECT_TRUE(tells(99, "\"alph99\""));
}

TEST_F(PlannerTest, WithoutNearNamesItReadsNoList) {
    add("alpha");
    tree_.index();
    const test::FileReads reads(tree_.places().module_dir + "/modules.dep");
    const auto plan = plan_of_unknown(
        Planner(tree_.places(), LoadedModules(sys_.path()), NearNames::LeftOut), 100);
    EXPECT_EQ(reads.count(), 0U);
    EXPECT_EQ(plan.goals.at(99).obstacles.at(0).code, ErrorCode::NotFound);
}

TEST_F(PlannerTest, SeesNewConfigurationAtOnce) {
    add("mk_one");
    tree_.index();
    auto planner = this->planner();
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps[0].parameters.text(), "");
    tree_.configure("new.conf", "options mk_one count=4\n");
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps[0].parameters.text(), "count=4");
}

TEST_F(PlannerTest, SeesWhatIsWrittenInPlace) {
    add("mk_one");
    tree_.configure("new.conf", "options mk_one count=4\n");
    tree_.index();
    auto planner = this->planner();
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps[0].parameters.text(), "count=4");
    tree_.configure("new.conf", "options mk_one count=4 more=5\n");
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps[0].parameters.text(), "count=4 more=5");
}

// Also what the tree has not when it is first asked for: negative answers are not kept.
TEST_F(PlannerTest, SeesAnIndexThatComesLater) {
    tree_.configure("a.conf", "alias mk_later mk_one\n");
    auto planner = this->planner();
    const auto code = [&] {
        const auto made = planner.plan({{"mk_later"}});
        EXPECT_TRUE(made);
        return made && !made.value().goals.at(0).obstacles.empty()
                   ? std::optional(made.value().goals.at(0).obstacles.at(0).code)
                   : std::nullopt;
    };
    EXPECT_EQ(code(), ErrorCode::NotFound);
    add("mk_one");
    tree_.index();
    EXPECT_EQ(code(), std::nullopt);
}

TEST_F(PlannerTest, SeesASoftdepThatAloneIsNew) {
    add("mk_one");
    add("mk_soft");
    tree_.index();
    auto planner = this->planner();
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps.size(), 1U);
    std::ofstream(tree_.places().module_dir + "/modules.softdep")
        << "softdep mk_one pre: mk_soft\n";
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps.size(), 2U);
}

// What is mapped keeps a file system from being unmounted.
TEST_F(PlannerTest, LetsGoOfTheIndexWhenItIsTold) {
    add("mk_one");
    tree_.index();
    const auto is_mapped = [&] {
        std::ifstream maps("/proc/self/maps");
        const std::string text{std::istreambuf_iterator<char>(maps), {}};
        return text.find(tree_.root().path()) != std::string::npos;
    };
    auto planner = this->planner();
    int uses = 0;
    planner.on_use([&] { ++uses; });
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps.size(), 1U);
    EXPECT_TRUE(is_mapped());
    planner.release();
    EXPECT_FALSE(is_mapped());
    EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps.size(), 1U);
    EXPECT_EQ(uses, 2);
}

// An index of foreign bytes is an error and nothing worse, of what is built in a gap.
TEST_F(PlannerTest, BytesThatAreNoIndexEndNothing) {
    add("mk_one");
    tree_.build_in("mk_inside");
    tree_.index();
    const auto folder = tree_.places().module_dir + "/";
    const std::string foreign = "\xB0\x07\xF4\x57 something else, longer than a header is";
    for (const char *name : {"modules.dep.bin", "modules.alias.bin", "modules.symbols.bin",
                             "modules.builtin.bin", "modules.builtin.modinfo"}) {
        for (const auto &bytes : {foreign, foreign.substr(0, 3), std::string(4096, '\xff')}) {
            std::filesystem::remove(folder + "modules.builtin.modinfo"); // depmod reads it
            tree_.index();
            auto planner = this->planner();
            EXPECT_EQ(planner.plan({{"mk_one"}}).value().steps.size(), 1U);
            std::filesystem::remove(folder + name);
            std::ofstream(folder + name) << bytes;
            const auto made = planner.plan({{"mk_one"}});
            if (std::string_view(name).ends_with(".bin")) {
                ASSERT_FALSE(made) << name;
                EXPECT_NE(made.error().message.find("run depmod"), std::string::npos);
            } else {
                EXPECT_TRUE(made) << name;
                const auto inside = Catalog::create(tree_.places()).value().find("mk_inside");
                ASSERT_TRUE(inside) << inside.error().message;
                EXPECT_EQ(inside.value().license, "");
            }
        }
    }
}

} // namespace
} // namespace mk
