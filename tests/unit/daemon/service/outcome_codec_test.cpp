// SPDX-License-Identifier: GPL-2.0-only
#include "service/outcome_codec.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace mk::service {
namespace {

engine::LoadRefusal refusal() {
    engine::LoadRefusal result;
    result.target = "top";
    result.module = "base";
    result.path = "/lib/base.ko";
    result.vermagic = "6.1 SMP";
    result.error = ENODEV;
    result.log = {"base: one", "", "base: two\nlines"};
    result.kernel.release = "6.1";
    result.kernel.lockdown = "none";
    result.kernel.command_line = "quiet";
    result.kernel.signatures_enforced = true;
    return result;
}

TEST(OutcomeCodec, CarriesEveryOutcome) {
    EXPECT_EQ(std::get<std::string>(*decode_load(encode(engine::LoadOutcome("dummy")))), "dummy");
    auto error = std::get<Error>(
        *decode_load(encode(engine::LoadOutcome(Error{ErrorCode::BadFormat, "it is empty"}))));
    EXPECT_EQ(error.code, ErrorCode::BadFormat);
    EXPECT_EQ(error.message, "it is empty");
    auto back = std::get<engine::LoadRefusal>(*decode_load(encode(engine::LoadOutcome(refusal()))));
    EXPECT_EQ(back.target, "top");
    EXPECT_EQ(back.module, "base");
    EXPECT_EQ(back.path, "/lib/base.ko");
    EXPECT_EQ(back.vermagic, "6.1 SMP");
    EXPECT_EQ(back.error, ENODEV);
    EXPECT_EQ(back.log, refusal().log);
    EXPECT_EQ(back.kernel.release, "6.1");
    EXPECT_EQ(back.kernel.lockdown, "none");
    EXPECT_EQ(back.kernel.command_line, "quiet");
    EXPECT_TRUE(back.kernel.signatures_enforced);
    EXPECT_FALSE(back.kernel.modules_disabled);
    EXPECT_TRUE(*decode_unload(encode(Result<void>())));
    EXPECT_EQ(decode_unload(encode(Result<void>(Error{ErrorCode::InUse, "held"})))->error().message,
              "held");
}

TEST(OutcomeCodec, BelievesNothingThatIsCutShortOrTooLong) {
    for (const auto &whole :
         {encode(engine::LoadOutcome("dummy")), encode(engine::LoadOutcome(refusal()))}) {
        for (std::size_t size = 0; size < whole.size(); ++size)
            EXPECT_FALSE(decode_load(whole.substr(0, size))) << size;
        EXPECT_FALSE(decode_load(whole + "x"));
    }
    EXPECT_FALSE(decode_unload(""));
    EXPECT_FALSE(decode_load("rubbish that is long enough to be read"));
}

} // namespace
} // namespace mk::service
