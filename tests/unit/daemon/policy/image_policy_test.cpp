// SPDX-License-Identifier: GPL-2.0-only
#include "policy/image_policy.hpp"

#include <gtest/gtest.h>

#include <linux/modkeeper.h>

#include <cstring>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::policy {
namespace {

ReadyPolicy ready(const std::string &text, Mode loads = Mode::Enforce) {
    ReadyPolicy ready;
    ready.rules = parse_policy({{"/etc/modkeeper/policy.d/a.rules", text}}, 0);
    ready.block = "the block";
    ready.load_mode = loads;
    ready.request_mode = Mode::Audit;
    return ready;
}

const std::vector<TreeModule> modules = {
    {"mk_one"_module, "/none"}, {"mk_two"_module, "/none"}, {"modkeeper"_module, "/none"}};

std::string denied(const ReadyPolicy &ready) {
    std::string names;
    for (const auto &one : denied_in(ready, modules, 0))
        names += one.name + " " + one.rule + ";";
    return names;
}

TEST(ImagePolicy, TheFileIsAHeaderAndTheBlock) {
    const auto file = file_for_driver(ready("deny load x\n"));
    modkeeper_policy_file header;
    ASSERT_GT(file.size(), sizeof(header));
    std::memcpy(&header, file.data(), sizeof(header));
    EXPECT_EQ(header.magic, static_cast<__u32>(MODKEEPER_POLICY_FILE_MAGIC));
    EXPECT_EQ(header.version, MODKEEPER_POLICY_FILE_VERSION);
    EXPECT_EQ(header.header_size, sizeof(header));
    EXPECT_EQ(header.load_mode, static_cast<__u32>(MODKEEPER_POLICY_MODE_ENFORCE));
    EXPECT_EQ(header.request_mode, static_cast<__u32>(MODKEEPER_POLICY_MODE_AUDIT));
    EXPECT_EQ(file.substr(sizeof(header)), "the block");
}

TEST(ImagePolicy, WhatItWouldDenyOfTheImageIsNamedWithItsRule) {
    EXPECT_EQ(denied(ready("deny load mk_two x\n")), "mk_two a.rules:1;");
    EXPECT_EQ(denied(ready("allow load mk_one\ndefault load deny\n")), "mk_two a.rules:2;");
    EXPECT_EQ(denied(ready("allow load mk_*\ndefault load deny\n")), "");
    EXPECT_EQ(denied(ready("default load warn\n")), "");
    EXPECT_EQ(denied(ready("deny request *\n")), "");
}

TEST(ImagePolicy, IsAskedForByOneLine) {
    test::TemporaryFolder root;
    EXPECT_FALSE(image_brings_policy(root.path()));
    for (const auto *no : {"", "policy=no\n", "# policy=yes\n", "policy=yes please\n"}) {
        root.write("etc/modkeeper/initramfs.conf", no);
        EXPECT_FALSE(image_brings_policy(root.path())) << no;
    }
    root.write("etc/modkeeper/initramfs.conf", "# of ours\npolicy=yes\n");
    EXPECT_TRUE(image_brings_policy(root.path()));
}

TEST(ImagePolicy, WithoutEnforcementNothingIsDenied) {
    EXPECT_EQ(denied(ready("deny load *\n", Mode::Audit)), "");
    EXPECT_EQ(denied(ready("deny load *\n", Mode::Off)), "");
}

} // namespace
} // namespace mk::policy
