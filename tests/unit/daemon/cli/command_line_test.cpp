// SPDX-License-Identifier: GPL-2.0-only
// What is said to a command line that cannot be meant.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text_file.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

struct Mistake {
    std::vector<std::string> words;
    const char *said;
};

// When the test fails.
void PrintTo(const Mistake &mistake, std::ostream *out) {
    *out << join(mistake.words, " ");
}

class UsageError : public testing::TestWithParam<Mistake> {};

TEST_P(UsageError, ExitsWithTwoAndSaysWhatToDo) {
    const Ran ran = run(GetParam().words);
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(GetParam().said), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("--help"), std::string::npos) << ran.err;
}

const Mistake mistakes[] = {
    {{}, "no command was given"},
    {{"lsit"}, "unknown command \"lsit\"; did you mean \"list\"?"},
    {{"frobnicate"}, "unknown command \"frobnicate\"\n"},
    {{"statsu"}, "did you mean \"status\"?"},
    {{"list", "--jsno"}, "unknown option --jsno; did you mean \"--json\"?"},
    {{"events", "--folow"}, "did you mean \"--follow\"?"},
    {{"load", "dummy", "--force-vermagik"}, "did you mean \"--force-vermagic\"?"},
    {{"-x"}, "unknown option -x"},
    {{"load"}, "NAME|FILE is required"},
    {{"unload"}, "NAME is required"},
    {{"info"}, "NAME|FILE is required"},
    {{"info", "a", "b"}, "unexpected argument \"b\""},
    {{"unload", "a", "--timeout", "soon"}, "--timeout"},
    {{"unload", "a", "--timeout", "0"}, "--timeout"},
    {{"events", "--new"}, "--follow"},
    {{"symbols"}, "NAME|GLOB is required"},
    {{"policy"},
     "\"policy\" needs a command: check, apply, confirm, rollback, deny, allow, revoke, "
     "learn, diff, generate, import, status, list, show, why, test, mode, seal, boots, compile"},
    {{"policy", "chekc"}, "unknown command \"policy chekc\"; did you mean \"check\"?"},
    {{"policy", "check", "--jsno"}, "did you mean \"--json\"?"},
    {{"policy", "mode"}, "MODE is required"},
    {{"policy", "compile"}, "--output is required"},
    {{"policy", "status", "x"}, "unexpected argument \"x\""},
    {{"check"}, "FILE|NAME is required"},
    {{"deps"}, "NAME is required"},
    {{"cat", "-d", ""}, "--root: it is empty"},
    {{"is-masked", "a", "--root", ""}, "--root: it is empty"},
    {{"plan", "a", "--kernel", ""}, "--kernel: it is empty"},
    {{"plan", "a", "--kernel="}, "--kernel needs a value"},
    {{"check", "a", "-d"}, "--root needs a value"},
    {{"history", ""}, "NAME: it is empty"},
    {{"history", "--since", ""}, "--since: it is empty"},
    {{"events", "--module", ""}, "--module: it is empty"},
    {{"events", "--kind="}, "--kind needs a value"},
    {{"list", "--tree=maybe"}, "--tree takes no value"},
    {{"events", "-n", "-1"}, "\"-1\" is not a number from 1 to 1000000000"},
    {{"unload", "a", "--timeout", "90000"}, "\"90000\" is not a number from 1 to 86400"},
};

INSTANTIATE_TEST_SUITE_P(CommandLine, UsageError, testing::ValuesIn(mistakes));

nlohmann::json the_one_object(const std::string &out) {
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << out;
    return nlohmann::json::parse(out, nullptr, false);
}

TEST_P(UsageError, IsAnObjectForWhoAsksForJson) {
    auto words = GetParam().words;
    words.insert(words.begin(), "--json");
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2);
    const auto told = the_one_object(ran.out);
    EXPECT_EQ(told["result"], "failed") << ran.out;
    EXPECT_EQ(told["error"], "InvalidArgument");
    EXPECT_FALSE(told["message"].get<std::string>().empty());
}

// Of commands that print an object a line too.
TEST(CommandLine, EveryFailureIsAnObject) {
    for (const std::vector<std::string> &words :
         {std::vector<std::string>{"events", "--kind", "nope", "--json"},
          {"events", "--since", "soon", "--json"},
          {"history", "--until", "later", "--json"},
          {"events", "--module", "[", "--json"},
          {"list", "a[", "--json"},
          {"log", "a/b", "--json"},
          {"graph", "--output", "x.bmp", "--json"},
          {"history", "a/b", "--json"},
          {"cat", "/etc/passwd", "--json"},
          {"symbols", "", "--json"},
          {"is-enabled", "a/b", "--json"},
          {"param", "dummy", "--watch", "x", "--json"},
          {"-H", "-oProxyCommand=x", "list", "--json"},
          {"list", "--json", "--host="}}) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.status, 2) << words.front();
        EXPECT_EQ(the_one_object(ran.out)["error"], "InvalidArgument") << words.front();
    }
    // behind it, it is a word like any other
    EXPECT_EQ(run({"frobnicate", "--", "--json"}).out, "");
}

TEST(CommandLine, SaysWhetherItIsEnabledOrMasked) {
    for (const char *command : {"is-enabled", "is-masked"}) {
        const Ran ran = run({command, "no_such_module", "nor-this-one"});
        EXPECT_EQ(ran.status, 1);
        const char *word = std::string(command) == "is-enabled" ? "disabled" : "unmasked";
        EXPECT_EQ(ran.out, std::string(word) + "\n" + word + "\n");
        EXPECT_EQ(run({command, "no_such_module", "--quiet"}).out, "");
        const auto told = nlohmann::json::parse(run({command, "nor-this-one", "--json"}).out);
        EXPECT_EQ(told[0]["module"], "nor_this_one");
        EXPECT_EQ(told[0]["state"], word);
        EXPECT_EQ(told[0]["where"], nullptr);
    }
}

TEST(CommandLine, EveryCommandHasHelpWithExamplesAndJson) {
    for (const char *command :
         {"list",       "info",   "deps",   "graph",     "symbols", "check", "log",    "plan",
          "load",       "unload", "reload", "jobs",      "cancel",  "param", "enable", "disable",
          "is-enabled", "mask",   "unmask", "is-masked", "drift",   "apply", "events", "why",
          "history",    "status", "doctor", "cat",       "holders"}) {
        const Ran ran = run({command, "--help"});
        EXPECT_EQ(ran.status, 0);
        EXPECT_EQ(ran.err, "");
        EXPECT_NE(ran.out.find("Examples:\n  modkeeper " + std::string(command)), std::string::npos)
            << ran.out;
        EXPECT_NE(ran.out.find("--json"), std::string::npos) << ran.out;
        EXPECT_NE(run({"--help"}).out.find(std::string("\n  ") + command), std::string::npos);
    }
}

// They bring others along, and those take longer to start than most commands to run.
TEST(CommandLine, StartsWithoutLibrariesThatFewCommandsNeed) {
    std::FILE *linker = popen("LD_TRACE_LOADED_OBJECTS=1 " MODKEEPER_PROGRAM, "r");
    ASSERT_NE(linker, nullptr);
    std::string libraries;
    for (int c; (c = std::fgetc(linker)) != EOF;)
        libraries += static_cast<char>(c);
    EXPECT_EQ(pclose(linker), 0);
    EXPECT_NE(libraries.find("libc.so"), std::string::npos) << libraries;
    for (const char *late : {"libkmod", "libsystemd", "libcrypto"})
        EXPECT_EQ(libraries.find(late), std::string::npos) << libraries;
}

// The reason is that of the write, whatever was said on stderr after it.
TEST(CommandLine, OutputThatCannotBeWrittenIsAFailureWithItsReason) {
    for (const char *words :
         {"cat --json", "drift --json", "--help", "info no_such_module --json"}) {
        const std::string line = std::string("ASAN_OPTIONS=detect_leaks=0 " MODKEEPER_PROGRAM " ") +
                                 words + " 2>&1 >/dev/full; echo status $?";
        std::FILE *shell = popen(line.c_str(), "r");
        ASSERT_NE(shell, nullptr);
        std::string said;
        for (int c; (c = std::fgetc(shell)) != EOF;)
            said += static_cast<char>(c);
        pclose(shell);
        EXPECT_NE(said.find("cannot write the output: No space left on device"), std::string::npos)
            << words << ": " << said;
        EXPECT_NE(said.find("status 1"), std::string::npos) << said;
    }
}

TEST(CommandLine, TellsItsVersion) {
    const Ran ran = run({"--version"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out, "modkeeper " MODKEEPER_VERSION "\n");
}

TEST(CommandLine, InfoOfNothingKnownIsThree) {
    const Ran ran = run({"info", "no_such_module_anywhere", "--json"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_NE(ran.out.find("\"NotFound\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.err.find("no_such_module_anywhere"), std::string::npos) << ran.err;
}

TEST(CommandLine, AKernelThatIsNotInstalledIsThree) {
    for (const char *command :
         {"symbols", "check", "plan", "deps", "graph", "info", "param", "cat"}) {
        const Ran ran = run({command, "anything", "--kernel", "0.0.1-none", "--json"});
        EXPECT_EQ(ran.status, 3);
        EXPECT_NE(ran.out.find("\"NotFound\""), std::string::npos) << ran.out;
        EXPECT_NE(ran.err.find("no kernel \"0.0.1-none\" is installed"), std::string::npos)
            << ran.err;
    }
}

TEST(CommandLine, CheckTellsOfAFileThatIsNoModule) {
    const Ran ran = run({"check", "/proc/self/exe", "--json"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.out.find("\"stage\": \"elf\""), std::string::npos) << ran.out;
    EXPECT_NE(run({"check", "/proc/self/exe"}).out.find("would refuse it"), std::string::npos);
}

} // namespace
} // namespace mk::cli::test
