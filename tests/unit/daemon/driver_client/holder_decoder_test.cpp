// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/holder_decoder.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <span>

namespace mk::driver {
namespace {

std::string entry(std::uint16_t kind, const std::string &name) {
    modkeeper_holder holder{};
    holder.fixed_size = sizeof(holder);
    holder.kind = kind;
    holder.tgid = 812;
    holder.fd = 5;
    holder.references = 2;
    holder.inode = 77;
    std::memcpy(holder.comm, "nbd-client", 11);
    holder.name = {sizeof(holder), static_cast<__u32>(name.size())};
    std::string text = name + '\0';
    text.resize((text.size() + 7) / 8 * 8);
    holder.size = static_cast<__u32>(sizeof(holder) + text.size());
    return std::string(reinterpret_cast<const char *>(&holder), sizeof(holder)) + text;
}

Result<std::vector<Holder>> decode(const std::string &bytes) {
    return decode_holders(std::as_bytes(std::span(bytes)));
}

TEST(HolderDecoder, TakesFilesAndModules) {
    auto holders = decode(entry(MODKEEPER_HOLDER_FILE, "/dev/nbd0") + entry(99, "later") +
                          entry(MODKEEPER_HOLDER_MODULE, "user"));
    ASSERT_TRUE(holders);
    ASSERT_EQ(holders.value().size(), 2U);
    const auto &file = holders.value()[0];
    EXPECT_EQ(file.kind, Holder::Kind::File);
    EXPECT_EQ(file.references, 2U);
    EXPECT_EQ(file.inode, 77U);
    EXPECT_EQ(file.process, 812U);
    EXPECT_EQ(file.fd, 5);
    EXPECT_EQ(file.comm, "nbd-client");
    EXPECT_EQ(file.name, "/dev/nbd0");
    EXPECT_EQ(holders.value()[1].kind, Holder::Kind::Module);
    EXPECT_EQ(holders.value()[1].name, "user");
    EXPECT_TRUE(decode("").value().empty());
}

TEST(HolderDecoder, BelievesNothingThatIsCutShort) {
    auto whole = entry(MODKEEPER_HOLDER_FILE, "/dev/nbd0");
    for (std::size_t size = 1; size < whole.size(); ++size)
        EXPECT_FALSE(decode(whole.substr(0, size))) << size;
    auto wrong = whole;
    wrong[offsetof(modkeeper_holder, name)] = 127;
    EXPECT_FALSE(decode(wrong));
}

} // namespace
} // namespace mk::driver
