// SPDX-License-Identifier: GPL-2.0-only
// What Tab offers, by itself and through bash.
#include <gtest/gtest.h>

#include <cstdio>

#include "cli/completion.hpp"
#include "run.hpp"

namespace mk::cli::test {
namespace {

using Names = std::vector<std::string>;

const Grammar grammar = {{{{"--json"}, false, {}}, {{"-H", "--host"}, true, {}}},
                         {{"load",
                           {{{"--force-vermagic"}, false, {}}, {{"--timeout"}, true, {}}},
                           {"NAME|FILE", "PARAMETER"}},
                          {"list", {{{"--sort"}, true, {"name", "size"}}}, {"GLOB"}},
                          {"log", {}, {"NAME"}},
                          {"check", {{{"--kernel"}, true, {}}}, {"FILE|NAME", "PARAMETER"}},
                          {"status", {}, {}}}};

const NameSources sources = {
    [] {
        return Names{"here", "there"};
    },
    [] {
        return Names{"dummy", "here"};
    },
    [] { return Names{"6.1.0-test"}; },
    [](const std::string &module) { return module == "dummy" ? Names{"numdummies"} : Names{}; }};

struct Typed {
    Names words;
    Names offered;
};
class Completions : public testing::TestWithParam<Typed> {};

TEST_P(Completions, AreWhatMayStandThere) {
    EXPECT_EQ(completions(grammar, GetParam().words, sources), GetParam().offered);
}

const Typed typed[] = {
    {{}, {}},
    {{""}, {"check", "list", "load", "log", "status"}},
    {{"l"}, {"list", "load", "log"}},
    {{"-"}, {"--host", "--json", "-H"}},
    {{"-H", "web1", "st"}, {"status"}},
    {{"-H", ""}, {}},
    {{"load", ""}, {"dummy", "here", "there"}},
    {{"load", "d"}, {"dummy"}},
    {{"load", "./"}, {}},
    {{"load", "dummy", ""}, {"numdummies="}},
    {{"load", "dummy", "numdummies=1", "n"}, {"numdummies="}},
    {{"load", "--timeout", "5", "dummy", "num"}, {"numdummies="}},
    {{"load", "--timeout", ""}, {}},
    {{"load", "--f"}, {"--force-vermagic"}},
    {{"load", "--", "--f"}, {}},
    {{"log", ""}, {"here", "there"}},
    {{"list", "--sort", ""}, {"name", "size"}},
    {{"list", "--sort", "s"}, {"size"}},
    {{"check", "--kernel", "6"}, {"6.1.0-test"}},
    {{"status", ""}, {}},
    {{"nonsense", "l"}, {"list", "load", "log"}},
};
INSTANTIATE_TEST_SUITE_P(CommandLine, Completions, testing::ValuesIn(typed));

Names lines(const std::string &text) {
    Names result;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        result.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return result;
}

// Every command and every option of it that the help shows can be completed.
TEST(Complete, KnowsTheRealCommandLine) {
    const auto commands = lines(run({"complete", "--", ""}).out);
    EXPECT_GE(commands.size(), 8U);
    const auto help = run({"--help"}).out;
    for (const auto &command : commands) {
        EXPECT_NE(help.find("\n  " + command), std::string::npos) << command;
        const auto options = lines(run({"complete", "--", command, "--"}).out);
        const auto details = run({command, "--help"}).out;
        std::size_t shown = 0;
        for (std::size_t at = 0; (at = details.find("\n  -", at)) != std::string::npos; ++at)
            ++shown;
        EXPECT_GE(options.size(), shown) << command;
        for (const auto &option : options)
            EXPECT_NE(details.find(option), std::string::npos) << command << ' ' << option;
    }
    EXPECT_EQ(run({"complete", "--", "list", "--sort", "a"}).out, "age\n");
    EXPECT_EQ(run({"complete"}).out, "");
    EXPECT_EQ(help.find("complete"), std::string::npos);
}

std::string said_by_bash(const std::string &words, const std::string &count) {
    const std::string command = "PATH=$(dirname " MODKEEPER_PROGRAM
                                "):$PATH bash --norc -c '. " COMPLETIONS_FOLDER
                                "/modkeeper.bash; COMP_WORDS=(" +
                                words + "); COMP_CWORD=" + count +
                                "; _modkeeper modkeeper \"${COMP_WORDS[COMP_CWORD]}\" 2>/dev/null; "
                                "echo \"${COMPREPLY[*]}\"'";
    FILE *pipe = popen(command.c_str(), "r");
    std::string text;
    char buffer[256];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr)
        text += buffer;
    pclose(pipe);
    return text;
}

TEST(Complete, WorksInBash) {
    EXPECT_EQ(said_by_bash("modkeeper stat", "1"), "status\n");
    EXPECT_EQ(said_by_bash("modkeeper list --sort \"\"", "3"), "age name refs size\n");
    EXPECT_EQ(said_by_bash("modkeeper check ./", "2"), "\n");
}

} // namespace
} // namespace mk::cli::test
