// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/loss_text.hpp"

#include <gtest/gtest.h>

namespace mk::cli {
namespace {

Loss interface(const std::string &name, std::vector<LossFact> facts = {}) {
    return {"m", LossKind::Interface, name, std::move(facts)};
}

TEST(LossText, WhatMattersComesFirstAndTheRestTogether) {
    const std::vector<Loss> losses = {interface("a"),
                                      interface("b"),
                                      interface("up", {{LossUse::Up, ""}}),
                                      {"m", LossKind::Disk, "/dev/x", {}},
                                      interface("way", {{LossUse::DefaultRoute, ""}})};
    EXPECT_EQ(lines_of(losses), "  network interface way: carries the default route\n"
                                "  network interface up: is up\n"
                                "  network interfaces a, b; disk /dev/x, not in use\n");
    EXPECT_EQ(lines_of({}), "");
    EXPECT_EQ(names_in({interface("a")}), "network interface a");
}

TEST(LossText, OfManyTheFirstAreNamed) {
    std::vector<Loss> losses;
    for (int i = 0; i < 10; ++i)
        losses.push_back({"loop", LossKind::Disk, "/dev/loop" + std::to_string(i), {}});
    const auto text = names_in(losses);
    EXPECT_NE(text.find("disks /dev/loop0, /dev/loop1"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("/dev/loop7 and 2 more")) << text;
}

TEST(LossText, JsonNamesEachUse) {
    const auto json = json_of(std::vector{interface("a", {{LossUse::Port, "br0"}})});
    EXPECT_EQ(json.at(0).at("importance"), "plain");
    EXPECT_EQ(json.at(0).at("in_use_as").at(0).at("use"), "port-of");
    EXPECT_EQ(json.at(0).at("in_use_as").at(0).at("detail"), "br0");
}

} // namespace
} // namespace mk::cli
