// SPDX-License-Identifier: GPL-2.0-only
// What Tab offers, by itself and through bash.
#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>

#include "base/text_file.hpp"
#include "cli/completion.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

using Names = std::vector<std::string>;

const Grammar grammar = {
    {{{"--json"}}, {{"-H", "--host"}, true}},
    {{"load",
      {{{"--force-vermagic"}}, {{"-a", "--all"}}, {{"--timeout"}, true}},
      {{Offer::Modules, true}, {Offer::Parameters}}},
     {"list", {{{"--sort"}, true, {"name", "size"}}}, {{Offer::Loaded}}},
     {"log", {}, {{Offer::Loaded}}},
     {"check", {{{"--kernel"}, true}}, {{Offer::Modules, true}, {Offer::Parameters}}},
     {"plan", {}, {{Offer::ModulesAndParameters, true}}},
     {"param", {}, {{Offer::Modules}, {Offer::Parameters}}},
     {"disable", {}, {{Offer::Enabled}}},
     {"unmask", {}, {{Offer::Masked}}},
     {"cancel", {}, {{Offer::Jobs}}},
     {"symbols", {}, {{Offer::Nothing}}},
     {"events", {{{"--kind"}, true, {"failed", "load"}, true}, {{"--module"}, true}}, {}},
     {"graph", {{{"-o", "--output"}, true, {}, false, true}}, {}},
     {"policy",
      {{{"--help"}}},
      {},
      {{"check", {{{"--kernel"}, true}}, {{Offer::Nothing}}},
       {"status", {}, {}},
       {"test", {{{"--request"}}}, {{Offer::Modules}}}}},
     {"status", {}, {}}}};

const NameSources sources = {[] {
                                 return Names{"here", "there"};
                             },
                             [] {
                                 return Names{"dummy", "here", "mk_params"};
                             },
                             [] { return Names{"wireguard"}; },
                             [] { return Names{"dccp"}; },
                             [] {
                                 return Names{"7", "12"};
                             },
                             [] { return Names{"6.1.0-test"}; },
                             [](const std::string &module) {
                                 return module == "dummy"
                                            ? std::vector<KnownParameter>{{"numdummies", {}},
                                                                          {"on_off", {"n", "y"}}}
                                            : std::vector<KnownParameter>();
                             }};

struct Typed {
    Names words;
    Names offered;
    bool files = false;
};

// When the test fails.
void PrintTo(const Typed &typed, std::ostream *out) {
    *out << join(typed.words, " ");
}

class Completions : public testing::TestWithParam<Typed> {};

TEST_P(Completions, AreWhatMayStandThere) {
    const auto found = completions(grammar, GetParam().words, sources);
    EXPECT_EQ(found.words, GetParam().offered);
    EXPECT_EQ(found.files, GetParam().files);
}

const Typed typed[] = {
    {{}, {}},
    {{"l"}, {"list", "load", "log"}},
    {{"-"}, {"--host", "--json", "-H"}},
    {{"-H", "web1", "st"}, {"status"}},
    {{"-H", ""}, {}},
    {{"load", ""}, {"dummy", "here", "mk_params", "there"}, true},
    {{"load", "d"}, {"dummy"}, true},
    {{"load", "./"}, {}, true},
    {{"load", "dummy", ""}, {"numdummies=", "on_off="}},
    {{"load", "dummy", "numdummies=1", "n"}, {"numdummies="}},
    {{"load", "dummy", "numdummies="}, {}},
    {{"load", "dummy", "on_off="}, {"on_off=n", "on_off=y"}},
    {{"load", "dummy", "on-off=y"}, {"on-off=y"}},
    {{"load", "--timeout", "5", "dummy", "num"}, {"numdummies="}},
    {{"load", "--timeout", ""}, {}},
    {{"load", "--all", "dummy", "h"}, {"here"}, true},
    {{"load", "-a", "dummy", "h"}, {"here"}, true},
    {{"load", "--f"}, {"--force-vermagic"}},
    {{"load", "--", "--f"}, {}, true},
    {{"log", ""}, {"here", "there"}},
    {{"list", "--sort", ""}, {"name", "size"}},
    {{"list", "--sort", "s"}, {"size"}},
    {{"list", "--sort="}, {"--sort=name", "--sort=size"}},
    {{"list", "--sort=s"}, {"--sort=size"}},
    {{"list", "--nonsense=s"}, {}},
    {{"events", "--kind", ""}, {"failed", "load"}},
    {{"events", "--kind", "failed,l"}, {"failed,load"}},
    {{"events", "--kind=failed,"}, {"--kind=failed,failed", "--kind=failed,load"}},
    {{"events", "--module=d"}, {"--module=dummy"}},
    {{"check", "--kernel", "6"}, {"6.1.0-test"}},
    {{"plan", "dummy", "num"}, {"numdummies="}, true},
    {{"plan", "dummy", "on_off="}, {"on_off=n", "on_off=y"}},
    {{"param", "mk-pa"}, {"mk-params"}},
    {{"disable", ""}, {"wireguard"}},
    {{"unmask", ""}, {"dccp"}},
    {{"cancel", ""}, {"12", "7"}},
    {{"symbols", ""}, {}},
    {{"graph", "-o", "x"}, {}, true},
    {{"status", ""}, {}},
    {{"nonsense", "l"}, {"list", "load", "log"}},
    {{"policy", ""}, {"check", "status", "test"}},
    {{"policy", "--"}, {"--help"}},
    {{"policy", "check", "--kernel", "6"}, {"6.1.0-test"}},
    {{"policy", "test", "d"}, {"dummy"}},
    {{"policy", "nonsense", "s"}, {"status"}},
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
    EXPECT_EQ(run({"complete", "--", "check", "./"}).status, 1);
    EXPECT_EQ(run({"complete", "--", "list", "--sort="}).status, 0);
    EXPECT_EQ(run({"complete"}).out, "");
    EXPECT_EQ(help.find("complete"), std::string::npos);
}

// What readline would put in the place of what was typed since the last break.
std::string said_by_bash(const std::string &line) {
    const std::string command = "PATH=$(dirname " MODKEEPER_PROGRAM
                                "):$PATH bash --norc -c '. " COMPLETIONS_FOLDER
                                "/modkeeper.bash; COMP_LINE=\"" +
                                line +
                                "\"; COMP_POINT=${#COMP_LINE}; _modkeeper 2>/dev/null; "
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
    EXPECT_EQ(said_by_bash("modkeeper stat"), "status\n");
    EXPECT_EQ(said_by_bash("modkeeper list --sort "), "age name refs size\n");
    EXPECT_EQ(said_by_bash("modkeeper check ./"), "\n");
}

// The word goes on behind '=', and only what follows it is put in its place.
TEST(Complete, DoublesNothingInBash) {
    EXPECT_EQ(said_by_bash("modkeeper list --sort="), "age name refs size\n");
    EXPECT_EQ(said_by_bash("modkeeper list --sort=s"), "size\n");
    EXPECT_EQ(said_by_bash("modkeeper events --kind=load,fa"), "load,failed\n");
}

} // namespace
} // namespace mk::cli::test
