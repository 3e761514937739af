// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/netlink_decoder.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/modkeeper.h>

namespace mk::driver::netlink {
namespace {

struct FreesMessage {
    void operator()(nl_msg *message) const { nlmsg_free(message); }
};
using Message = std::unique_ptr<nl_msg, FreesMessage>;

Message answer(std::uint8_t command) {
    Message message(nlmsg_alloc());
    genlmsg_put(message.get(), 0, 0, 30, 0, 0, command, MODKEEPER_GENL_VERSION);
    return message;
}

TEST(NetlinkDecoder, TakesStatus) {
    const Message message = answer(MODKEEPER_CMD_GET_STATUS);
    nla_put_u16(message.get(), MODKEEPER_A_STATUS_ABI_MAJOR, 1);
    nla_put_u16(message.get(), MODKEEPER_A_STATUS_ABI_MINOR, 3);
    nla_put_string(message.get(), MODKEEPER_A_STATUS_VERSION, "0.2.0");
    nla_put_u64(message.get(), MODKEEPER_A_STATUS_RING_BYTES, 1U << 20);
    nla_put_u64(message.get(), MODKEEPER_A_STATUS_PRODUCED, 5);
    nla_put_u32(message.get(), MODKEEPER_A_STATUS_READERS, 2);
    nla_put_u64(message.get(), MODKEEPER_A_STATUS_SUPPRESSED, 700);
    const Status status = decode_status(nlmsg_hdr(message.get()));
    EXPECT_EQ(status.abi_major, 1);
    EXPECT_EQ(status.abi_minor, 3);
    EXPECT_EQ(status.version, "0.2.0");
    EXPECT_EQ(status.ring_bytes, 1U << 20);
    EXPECT_EQ(status.produced, 5U);
    EXPECT_EQ(status.readers, 2U);
    EXPECT_EQ(status.missed, 0U);
    EXPECT_EQ(status.suppressed, 700U);
}

TEST(NetlinkDecoder, TakesModuleWithLists) {
    const Message message = answer(MODKEEPER_CMD_GET_MODULE);
    nla_put_string(message.get(), MODKEEPER_A_MODULE_NAME, "nf_tables");
    nla_put_u32(message.get(), MODKEEPER_A_MODULE_STATE, MODKEEPER_STATE_GOING);
    nla_put_u32(message.get(), MODKEEPER_A_MODULE_FLAGS, MODKEEPER_MODULE_PRESENT_BEFORE);
    nla_put_string(message.get(), MODKEEPER_A_MODULE_USED_BY, "nft_ct");
    nla_put_string(message.get(), MODKEEPER_A_MODULE_USED_BY, "nft_nat");
    nla_put_string(message.get(), MODKEEPER_A_MODULE_USES, "nfnetlink");
    nla_put_u64(message.get(), MODKEEPER_A_MODULE_SIZE, 300000);
    const LoadedModule module = decode_module(nlmsg_hdr(message.get()));
    EXPECT_EQ(module.name, "nf_tables");
    EXPECT_EQ(module.state, LoadState::Going);
    EXPECT_EQ(texts_of(module.used_by), (std::vector<std::string>{"nft_ct", "nft_nat"}));
    EXPECT_EQ(texts_of(module.uses), (std::vector<std::string>{"nfnetlink"}));
    EXPECT_EQ(module.bytes, 300000U);
}

TEST(NetlinkDecoder, WrongSizesAndUnknownAttributesReadAsZero) {
    const Message message = answer(MODKEEPER_CMD_GET_STATUS);
    nla_put_u8(message.get(), MODKEEPER_A_STATUS_ABI_MAJOR, 1);
    nla_put_u64(message.get(), MODKEEPER_A_STATUS_MAX + 50, 1);
    nla_put(message.get(), MODKEEPER_A_STATUS_VERSION, 3, "abc");
    const Status status = decode_status(nlmsg_hdr(message.get()));
    EXPECT_EQ(status.abi_major, 0);
    EXPECT_EQ(status.version, "abc");
}

TEST(NetlinkDecoder, MessageWithoutAttributesIsEmpty) {
    const Message message(nlmsg_alloc_simple(30, 0));
    EXPECT_EQ(decode_module(nlmsg_hdr(message.get())).name, "");
}

} // namespace
} // namespace mk::driver::netlink
