// SPDX-License-Identifier: GPL-2.0-only
// Plans over made-up trees of modules.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"
#include "job/planner.hpp"

namespace mk {

class PlannerTest : public testing::Test {
  protected:
    using Names = std::vector<std::string>;

    void add(const std::string &name, const std::string &depends = "",
             const std::string &softdep = "") {
        std::vector<std::string> modinfo = {"name=" + name, "license=GPL", "depends=" + depends,
                                            "parmtype=count:int"};
        if (!softdep.empty())
            modinfo.push_back("softdep=" + softdep);
        // depmod finds dependencies by symbols only.
        Names needed;
        std::istringstream list(depends);
        for (std::string one; std::getline(list, one, ',');)
            needed.push_back(one);
        tree_.add_linked(name, modinfo, needed);
    }
    Plan plan_of_unknown(Planner planner, std::size_t count) {
        LoadRequest request;
        for (std::size_t i = 0; i < count; ++i)
            request.targets.push_back(fmt::format("alph{}", i));
        auto plan = planner.plan(request);
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
        return plan ? std::move(plan.value()) : Plan{};
    }
    Planner planner() { return Planner(tree_.places(), LoadedModules(sys_.path())); }
    Plan plan(LoadRequest request) {
        auto planner = this->planner();
        auto plan = planner.plan(request);
        EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
        return plan ? std::move(plan.value()) : Plan{};
    }
    Names order(const std::string &target) {
        Names result;
        for (const auto &step : plan({{target}}).steps)
            result.push_back(step.module);
        return result;
    }
    // What modprobe would do, each module once.
    Names judged(const std::string &target) {
        auto command =
            fmt::format("PATH=/usr/sbin:/sbin:$PATH modprobe -C {} -d {} -S {} "
                        "--show-depends {} 2>&1",
                        tree_.root() / "modprobe.d", tree_.root().path(), "6.1.0-test", target);
        std::unique_ptr<FILE, int (*)(FILE *)> pipe(popen(command.c_str(), "r"), pclose);
        Names result;
        std::array<char, 4096> line;
        while (fgets(line.data(), line.size(), pipe.get())) {
            std::istringstream words(line.data());
            std::string verb;
            std::string what;
            words >> verb >> what;
            auto name = verb == "insmod" ? ModuleName::of_file(what).str() : verb + " " + what;
            if (std::find(result.begin(), result.end(), name) == result.end())
                result.push_back(name);
        }
        return result;
    }

    test::ModuleTree tree_;
    test::TemporaryFolder sys_;
};

} // namespace mk
