// SPDX-License-Identifier: GPL-2.0-only
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/module_in_folder.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

// What is mistyped is refused here: there is no bus that could be asked.
class EarlyCheck : public testing::Test {
  protected:
    EarlyCheck() { setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1); }
    ~EarlyCheck() override { unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }
    const ModuleInFolder module_{"mk_checked.ko"};
};

TEST_F(EarlyCheck, WrongParametersNeedNoBus) {
    for (const std::vector<std::string> &words :
         {std::vector<std::string>{"load", "./mk_checked.ko", "count=abc"},
          std::vector<std::string>{"load", "--no-block", "./mk_checked.ko", "count=abc"},
          std::vector<std::string>{"reload", "mk_checked", "--file", "./mk_checked.ko",
                                   "count=abc"}}) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.status, 1);
        EXPECT_EQ(ran.err.find("modkeeper: error: parameter count of module mk_checked cannot be "
                               "set to \"abc\": "),
                  0U)
            << ran.err;
        EXPECT_NE(ran.err.find("\n  next: modkeeper info "), std::string::npos) << ran.err;
    }
    const Ran ran = run({"load", "./mk_checked.ko", "cuont=1", "--json"});
    EXPECT_EQ(ran.status, 1);
    const auto told = nlohmann::json::parse(ran.out);
    EXPECT_EQ(told["error"], "UnknownParameter");
    EXPECT_EQ(told["module"], "mk_checked");
    EXPECT_EQ(told["message"], "module mk_checked has no parameter \"cuont\"; did you mean count?; "
                               "it knows count");
}

TEST_F(EarlyCheck, WhatCannotBeMeantNeedsNoBus) {
    EXPECT_EQ(run({"load", "dummy", "=3"}).status, 2);
    EXPECT_EQ(run({"load", "no:such name"}).status, 2);
    EXPECT_EQ(run({"reload", "a/b"}).status, 2);
    const Ran ran = run({"load", "--all", "./mk_checked.ko", "./none.ko"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_NE(ran.err.find("there is no file"), std::string::npos) << ran.err;
}

TEST_F(EarlyCheck, WhatIsRightNeedsTheDaemon) {
    EXPECT_EQ(run({"load", "./mk_checked.ko", "count=3"}).status, 8);
    EXPECT_EQ(run({"reload", "mk_checked", "--file", "./mk_checked.ko", "count=3"}).status, 8);
}

} // namespace
} // namespace mk::cli::test
