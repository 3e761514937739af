// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

constexpr const char *head =
    "protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se "
    "re bi br ha uh gp em\n";

TEST(ProtocolSockets, CountsThemInEveryNamespace) {
    test::HolderRoot root;
    root.process("self", "modkeeper");
    root.process("7", "other");
    root.write("proc/self/net/protocols",
               std::string(head) +
                   "SCTPv6    1568      1       2   no       0   yes  sctp        y  n  n\n"
                   "TCP       2304      5       1   no     320   yes  kernel      y  n  n\n"
                   "PACKET    1472     -1      -1   NI       0   no   sctp        n  n  n\n");
    const auto found = test::found_by(find_protocol_sockets, root.search("sctp"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "SCTPv6");
    EXPECT_EQ(found[0].references, 2U);
}

TEST(ProtocolSockets, LeavesOutThoseThatProcessesHaveOpen) {
    test::HolderRoot root;
    root.process("self", "modkeeper");
    root.write("proc/self/net/protocols",
               std::string(head) + "SCTP 1568 3 2 no 0 yes sctp y n n\n");
    auto search = root.search("sctp");
    HolderList list;
    Holder open;
    open.kind = HolderKind::Socket;
    open.references = 2;
    list.holders = {open, open};
    find_protocol_sockets(search, list);
    ASSERT_EQ(list.holders.size(), 3U);
    EXPECT_EQ(list.holders[2].references, 2U); // one socket
}

} // namespace
} // namespace mk
