// SPDX-License-Identifier: GPL-2.0-only
#include "holders/netlink_sockets.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(NetlinkSockets, LeavesOutThoseOfTheKernel) {
    test::TemporaryFolder folder;
    const auto file = folder.write(
        "netlink",
        "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"
        "0000000000000000 12  812        00000000 0        0        0     2        0        9876\n"
        "0000000000000000 12  0          00000000 0        0        0     2        0        5\n"
        "cut short\n");
    EXPECT_EQ(read_netlink_sockets(file), (std::vector<NetlinkSocket>{{12, 812, 9876}}));
    EXPECT_TRUE(read_netlink_sockets(folder / "nothing").empty());
}

TEST(VirtualServices, AreReadWithTheirScheduler) {
    test::TemporaryFolder folder;
    const auto file = folder.write("ip_vs", "IP Virtual Server version 1.2.1 (size=4096)\n"
                                            "Prot LocalAddress:Port Scheduler Flags\n"
                                            "  -> RemoteAddress:Port Forward Weight\n"
                                            "TCP  0A000001:0050 rr \n"
                                            "  -> 0A000002:0050      Masq    1      0\n");
    EXPECT_EQ(read_virtual_services(file),
              (std::vector<VirtualService>{{"TCP 0A000001:0050", "rr"}}));
}

TEST(PacketListeners, AreReadWithTheirPort) {
    test::TemporaryFolder folder;
    const auto file =
        folder.write("nfnetlink_queue", "    5    313     0 0 65531     0     0        0  1\n");
    EXPECT_EQ(read_packet_listeners(file), (std::vector<PacketListener>{{5, 313}}));
}

} // namespace
} // namespace mk
