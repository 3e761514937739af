// SPDX-License-Identifier: GPL-2.0-only
// Next steps: which command line each command suggests after an error.
#include <gtest/gtest.h>

#include "cli/client/bus_error.hpp"
#include "cli/output/next_step.hpp"

namespace mk::cli {
namespace {

std::string after(ErrorCode code, const Attempt &attempt) {
    return next_step_after({code, "it failed"}, attempt);
}

TEST(NextStep, AfterALoad) {
    const Attempt plain{"load", {"dummy"}};
    EXPECT_EQ(after(ErrorCode::BadParameter, plain), "modkeeper info dummy");
    EXPECT_EQ(after(ErrorCode::Timeout, plain), "modkeeper info dummy");
    EXPECT_EQ(after(ErrorCode::AlreadyLoaded, plain), "");
    EXPECT_EQ(after(ErrorCode::AlreadyLoaded, {"load", {"dummy"}, {"numdummies=2"}}),
              "modkeeper reload dummy numdummies=2");
    EXPECT_EQ(after(ErrorCode::DaemonUnavailable, plain), "modkeeper info dummy");
    EXPECT_EQ(next_step_after(daemon_not_running(), plain), "");
    EXPECT_EQ(after(ErrorCode::InitFailed, plain), "");
}

TEST(NextStep, AfterALoadOfWhatModkeeperMasked) {
    const Attempt plain{"load", {"dummy"}};
    EXPECT_EQ(next_step_after({ErrorCode::Blacklisted,
                               "module dummy is blacklisted by /etc/modprobe.d/modkeeper.conf:3"},
                              plain),
              "modkeeper unmask dummy");
    EXPECT_EQ(next_step_after({ErrorCode::Blacklisted,
                               "module dummy is blacklisted by /etc/modprobe.d/other.conf:3"},
                              plain),
              "modkeeper load --ignore-blacklist dummy");
    EXPECT_EQ(next_step_after({ErrorCode::ReplacedByCommand,
                               "its install command in /etc/modprobe.d/other.conf:3 loads nothing"},
                              plain),
              "modkeeper load --ignore-install dummy");
}

TEST(NextStep, AfterAReload) {
    const Attempt attempt{"reload", {"dummy"}, {"numdummies=2"}};
    EXPECT_EQ(after(ErrorCode::NotLoaded, attempt), "modkeeper load dummy");
    EXPECT_EQ(after(ErrorCode::InUse, attempt), "modkeeper reload --wait 10 dummy");
    EXPECT_EQ(after(ErrorCode::UnknownParameter, attempt), "modkeeper info dummy");
}

TEST(NextStep, AfterAnUnload) {
    const Attempt attempt{"unload", {"udp_tunnel"}};
    EXPECT_EQ(next_step_after({ErrorCode::InUse, "", {.holders = {"wireguard"}}}, attempt),
              "modkeeper unload --with-dependents udp_tunnel");
    EXPECT_EQ(after(ErrorCode::InUse, attempt), "modkeeper holders udp_tunnel");
    EXPECT_EQ(next_step_after({ErrorCode::NotFound, "", {.module = "dummy"}},
                              {"unload", {"rtnl-link-dummy"}}),
              "modkeeper unload dummy");
    EXPECT_EQ(next_step_after({ErrorCode::NotFound, "", {.module = "udp_tunnel"}},
                              {"unload", {"udp-tunnel"}}),
              "");
}

TEST(NextStep, AfterAParameter) {
    const Attempt attempt{"param", {"zram"}, {"num_devices=2"}};
    EXPECT_EQ(after(ErrorCode::BadParameter, attempt), "modkeeper param zram");
    EXPECT_EQ(after(ErrorCode::DeniedByKernel, attempt), "modkeeper reload zram num_devices=2");
    EXPECT_EQ(after(ErrorCode::NotLoaded, attempt),
              "modkeeper load zram num_devices=2   or   modkeeper param zram num_devices=2 "
              "--persist-only");
}

TEST(NextStep, AfterAChoiceForBoot) {
    const std::string later = "   (for a module that will be installed later)";
    EXPECT_EQ(after(ErrorCode::NotFound, {"enable", {"a", "b"}}),
              "modkeeper enable --force a b" + later);
    EXPECT_EQ(after(ErrorCode::NotFound, {"mask", {"a"}}), "modkeeper mask --force a" + later);
    EXPECT_EQ(after(ErrorCode::NotFound, {"unmask", {"a"}}), "");
    EXPECT_EQ(after(ErrorCode::ReplacedByCommand, {"enable", {"a"}}), "modkeeper unmask a");
}

TEST(NextStep, QuotesWhatAShellWouldSplit) {
    EXPECT_EQ(after(ErrorCode::NotFound, {"why", {"of:N*T*"}}),
              "modkeeper history 'of:N*T*'   (earlier boots)");
    EXPECT_EQ(after(ErrorCode::DeniedByKernel, {"param", {"a"}, {"text=two words"}}),
              "modkeeper reload a 'text=two words'");
}

TEST(NextStep, OfACommandThatSuggestsNothing) {
    EXPECT_EQ(after(ErrorCode::NotFound, {"info", {"dummy"}}), "");
}

} // namespace
} // namespace mk::cli
