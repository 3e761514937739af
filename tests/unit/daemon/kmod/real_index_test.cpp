// SPDX-License-Identifier: GPL-2.0-only
// The index of a distribution's kernel, whole: for each of its modules the plan is what modprobe
// would do, in the same order with the same options.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "job/planner.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// MODKEEPER_MODULES, or whatever kernel this machine has modules of.
std::string folder_of_a_kernel() {
    if (const char *given = std::getenv("MODKEEPER_MODULES"))
        return given;
    std::error_code none;
    for (const auto &entry : fs::directory_iterator("/lib/modules", none))
        if (fs::exists(entry.path() / "modules.dep.bin"))
            return entry.path().string();
    return "";
}

// A "+ NAME" line for each module, then its lines, each module once.
std::map<std::string, Lines> said_by_modprobe(const fs::path &folder, const std::string &names,
                                              const std::string &configuration) {
    auto root = folder.parent_path().parent_path().parent_path();
    auto command = fmt::format("export PATH=/usr/sbin:/sbin:$PATH; while read -r name; do "
                               "echo \"+ $name\"; modprobe -C {} -d {}/ -S {} --show-depends "
                               "\"$name\" 2>&1; done <{}",
                               configuration, root.string(), folder.filename().string(), names);
    std::unique_ptr<FILE, int (*)(FILE *)> pipe(popen(command.c_str(), "r"), pclose);
    std::map<std::string, Lines> result;
    Lines *lines = nullptr;
    std::array<char, 8192> line;
    while (fgets(line.data(), line.size(), pipe.get())) {
        std::istringstream words(line.data());
        std::string verb;
        std::string what;
        words >> verb >> what;
        if (verb == "+") {
            lines = &result[what];
            continue;
        }
        auto text = verb + " " + (verb == "insmod" ? ModuleName::of_file(what).str() : what);
        for (std::string word; words >> word;)
            text += " " + word;
        if (std::find(lines->begin(), lines->end(), text) == lines->end())
            lines->push_back(text);
    }
    return result;
}

Lines planned(Planner &planner, const std::string &name) {
    LoadRequest request{{name}};
    request.ignore_loaded = true;
    auto plan = planner.plan(request);
    if (!plan)
        return {plan.error().message};
    Lines lines;
    for (const auto &step : plan.value().steps)
        lines.push_back(
            fmt::format("{} {}{}{}", step.action == StepAction::BuiltIn ? "builtin" : "insmod",
                        step.module, step.parameters.empty() ? "" : " ", step.parameters.text()));
    return lines;
}

TEST(RealIndex, EveryPlanIsModprobes) {
    fs::path folder = folder_of_a_kernel();
    if (folder.empty())
        GTEST_SKIP() << "no kernel's modules are here; MODKEEPER_MODULES names a folder";
    test::TemporaryFolder files;
    files.write("modprobe.d/a.conf", "options sunrpc tcp_max_slot_table_entries=9\n"
                                     "softdep nfsv4 pre: sunrpc post: loop dummy\n");
    CatalogPlaces places{folder.string(), {files / "modprobe.d"}};
    auto catalog = Catalog::create(places);
    ASSERT_TRUE(catalog);
    auto names = catalog.value().names();
    ASSERT_GT(names.size(), 1000U);
    std::string list;
    for (const auto &name : names)
        list += name + "\n";
    auto expected = said_by_modprobe(folder, files.write("names", list), files / "modprobe.d");
    Planner planner(places, LoadedModules(files.path()));
    std::size_t differences = 0;
    for (const auto &name : names) {
        auto plan = planned(planner, name);
        if (plan == expected.at(name))
            continue;
        ++differences;
        EXPECT_EQ(plan, expected.at(name)) << name;
    }
    std::printf("%zu modules of %s, %zu plans differ from modprobe's\n", names.size(),
                folder.filename().c_str(), differences);
}

} // namespace
} // namespace mk
