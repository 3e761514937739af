// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(LineDisciplines, AreAskedOfTerminalsOfThisMachineOnly) {
    test::HolderRoot root;
    auto search = root.search("n_hdlc");
    search.aliases = {"tty-ldisc-13"};
    search.terminals[{false, {4, 64}}] = "ttyS0";
    driver::Holder open;
    open.kind = driver::Holder::Kind::Node;
    open.process = 1;
    open.fd = 0;
    open.node = {4, 64};
    search.driver = driver::Holders{{open}, false, true};
    EXPECT_TRUE(test::found_by(find_line_disciplines, search).empty());
    search.root.clear(); // its file is no terminal with this discipline
    EXPECT_TRUE(test::found_by(find_line_disciplines, search).empty());
}

} // namespace
} // namespace mk
