// SPDX-License-Identifier: GPL-2.0-only
#include "holders/vsock_dump.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace mk {
namespace {

TEST(VsockDump, LeavesOutWhatIsNoSuchSocket) {
    driver::Holder file;
    file.kind = driver::Holder::Kind::File;
    file.process = static_cast<std::uint32_t>(getpid());
    file.fd = 0;
    file.name = "socket:[1]";
    EXPECT_TRUE(read_vsock_sockets({{file}, false, false}).all.empty());
}

} // namespace
} // namespace mk
