// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class VsockTest : public testing::Test {
  protected:
    static VsockSocket to(std::uint32_t peer, std::uint64_t inode) {
        VsockSocket socket;
        socket.file.kind = driver::Holder::Kind::File;
        socket.file.process = 7;
        socket.file.fd = static_cast<int>(inode);
        socket.file.inode = inode;
        socket.file.name = "socket:[" + std::to_string(inode) + "]";
        socket.peer = peer;
        return socket;
    }
    // Numbers of the sockets that hold it.
    std::vector<int> holding(const std::string &module, std::uint32_t own) {
        auto search = root.search(module);
        search.vsock = VsockSockets{{to(1, 11), to(2, 12), to(3, 13)}, own};
        std::vector<int> found;
        for (const auto &holder : test::found_by(find_vsock_users, search))
            found.push_back(holder.fd);
        return found;
    }
    test::HolderRoot root;
};

TEST_F(VsockTest, TheOtherEndTellsTheTransport) {
    constexpr std::uint32_t none = UINT32_MAX;
    using Found = std::vector<int>;
    EXPECT_EQ(holding("vsock_loopback", none), (Found{11, 12})); // this is the host
    EXPECT_EQ(holding("vhost_vsock", none), (Found{13}));
    EXPECT_EQ(holding("vsock_loopback", 3), (Found{11, 13})); // a guest, connected to itself
    EXPECT_EQ(holding("vmw_vsock_virtio_transport", 3), (Found{12}));
    EXPECT_EQ(holding("vsock", 3), Found());
    EXPECT_TRUE(is_vsock_transport("hv_sock"_module));
    EXPECT_FALSE(is_vsock_transport("vsock"_module));
}

} // namespace
} // namespace mk
