// SPDX-License-Identifier: GPL-2.0-only
// Which modules are listed, and how.
#include <gtest/gtest.h>

#include "cli/output/module_list.hpp"
#include "cli/output/tree.hpp"
#include "cli/run.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli::test {
namespace {

// As /proc/modules has them: the newest first.
const ModuleList all =
    with_uses({{"mk_odd"_module, LoadState::Coming, 16384, 0, {}, false, "OE"},
               {"snd_hda"_module, LoadState::Live, 90112, 0, {}, false, ""},
               {"udp_tunnel"_module, LoadState::Live, 20480, 1, {"wireguard"_module}, false, ""},
               {"wireguard"_module, LoadState::Live, 94208, 3, {}, true, ""},
               {"snd_core"_module, LoadState::Live, 40960, 2, {"snd_hda"_module}, false, ""}});

std::vector<std::string> names(const ListChoice &choice) {
    std::vector<std::string> result;
    for (const auto &module : chosen(all, choice))
        result.push_back(module.name);
    return result;
}
using Names = std::vector<std::string>;

TEST(List, SortsAsItIsTold) {
    EXPECT_EQ(names({}), (Names{"mk_odd", "snd_core", "snd_hda", "udp_tunnel", "wireguard"}));
    EXPECT_EQ(names({.order = "size"}),
              (Names{"wireguard", "snd_hda", "snd_core", "udp_tunnel", "mk_odd"}));
    EXPECT_EQ(names({.order = "refs"}),
              (Names{"wireguard", "snd_core", "udp_tunnel", "mk_odd", "snd_hda"}));
    EXPECT_EQ(names({.order = "age"}),
              (Names{"mk_odd", "snd_hda", "udp_tunnel", "wireguard", "snd_core"}));
}

TEST(List, ChoosesByNameStateUseAndTaint) {
    EXPECT_EQ(names({.globs = {"snd-*", "mk_?dd"}}), (Names{"mk_odd", "snd_core", "snd_hda"}));
    EXPECT_EQ(names({.globs = {"nothing"}}), Names{});
    EXPECT_EQ(names({.state = "coming"}), Names{"mk_odd"});
    EXPECT_EQ(names({.unused = true}), (Names{"mk_odd", "snd_hda"}));
    EXPECT_EQ(names({.tainted = true}), Names{"mk_odd"});
}

TEST(List, ShowsStateAndTaintsOnlyWhereThereAreAny) {
    EXPECT_EQ(table_of(chosen(all, {.globs = {"*u*"}}), nullptr),
              "NAME         SIZE  REFS  USED BY\n"
              "udp_tunnel  20.0K     1  wireguard\n"
              "wireguard   92.0K     3\n");
    EXPECT_EQ(table_of(chosen(all, {.globs = {"mk_odd"}}), nullptr),
              "NAME     SIZE  REFS  STATE   TAINTS  USED BY\n"
              "mk_odd  16.0K     0  coming  OE\n");
}

TEST(List, ShowsMemoryByKind) {
    const MemoryByName memory = {{"snd_core", {1024, 2048, 512, 100}}};
    EXPECT_EQ(table_of(chosen(all, {.globs = {"snd_*"}}), &memory),
              "NAME       SIZE  TEXT  RODATA  DATA  INIT  REFS  USED BY\n"
              "snd_core  40.0K  1.0K    2.0K   512   100     2  snd_hda\n"
              "snd_hda   88.0K     -       -     -     -     0\n");
    const auto json = json_of(chosen(all, {.globs = {"snd_*"}}), &memory);
    EXPECT_EQ(json[0]["memory"]["rodata_bytes"], 2048);
    EXPECT_EQ(json[1]["memory"], nullptr);
}

TEST(List, DrawsATree) {
    EXPECT_EQ(tree_of(all, all), "mk_odd\nsnd_hda\n└─snd_core\nwireguard\n└─udp_tunnel\n");
    EXPECT_EQ(tree_of(chosen(all, {.globs = {"snd_core"}}), all), "snd_core\n");
}

TEST(List, TellsInJson) {
    const auto json = json_of(all, nullptr);
    ASSERT_EQ(json.size(), 5U);
    EXPECT_EQ(json[3]["name"], "wireguard");
    EXPECT_EQ(json[3]["state"], "live");
    EXPECT_EQ(json[3]["size"], 94208);
    EXPECT_EQ(json[3]["references"], 3);
    EXPECT_EQ(json[3]["uses"], Json::array({"udp_tunnel"}));
    EXPECT_EQ(json[3]["permanent"], true);
    EXPECT_EQ(json[2]["used_by"], Json::array({"wireguard"}));
    EXPECT_EQ(json[0]["taints"], "OE");
    EXPECT_FALSE(json[0].contains("memory"));
}

TEST(List, RefusesAnOrderThatThereIsNot) {
    const Ran ran = run({"list", "--sort", "szie"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("did you mean \"size\"?"), std::string::npos) << ran.err;
}

} // namespace
} // namespace mk::cli::test
