// SPDX-License-Identifier: GPL-2.0-only
// What paths of control groups tell, by the names that engines and systemd give.
#include "explain/control_group.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

const std::string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::string place(const std::string &path) {
    return place_text(read_control_group(path));
}

TEST(ControlGroup, ContainersOfEachEngine) {
    EXPECT_EQ(place("/system.slice/docker-" + id + ".scope"), "the docker container 0123456789ab");
    EXPECT_EQ(place("/docker/" + id), "the docker container 0123456789ab");
    EXPECT_EQ(place("/docker/" + id + "/init.scope"), "the docker container 0123456789ab");
    EXPECT_EQ(place("/machine.slice/libpod-" + id + ".scope/container"),
              "the podman container 0123456789ab");
    EXPECT_EQ(place("/lxc.payload.web/system.slice/cron.service"), "the LXC container web");
    EXPECT_EQ(place("/lxc/web"), "the LXC container web");
    EXPECT_EQ(place("/machine.slice/machine-web.scope/payload/system.slice"), "the container web");
    EXPECT_EQ(place("/machine.slice/machine-my\\x2dweb.scope"), "the container my-web");
    EXPECT_EQ(place("/machine.slice/systemd-nspawn@web.service/payload"), "the container web");
}

TEST(ControlGroup, ContainersOfKubernetesWithTheirPod) {
    const std::string told = "the Kubernetes container 0123456789ab of pod "
                             "12345678-9abc-def0-1234-56789abcdef0";
    EXPECT_EQ(place("/kubepods.slice/kubepods-burstable.slice/"
                    "kubepods-burstable-pod12345678_9abc_def0_1234_56789abcdef0.slice/"
                    "cri-containerd-" +
                    id + ".scope"),
              told);
    EXPECT_EQ(place("/kubepods.slice/kubepods-pod12345678_9abc_def0_1234_56789abcdef0.slice/crio-" +
                    id + ".scope"),
              told);
    EXPECT_EQ(place("/kubepods/besteffort/pod12345678-9abc-def0-1234-56789abcdef0/" + id), told);
}

TEST(ControlGroup, WhatWatchesAContainerIsNotInIt) {
    EXPECT_EQ(place("/machine.slice/libpod-conmon-" + id + ".scope"),
              "libpod-conmon-" + id + ".scope");
    EXPECT_EQ(place("/machine.slice/systemd-nspawn@web.service/supervisor"),
              "systemd-nspawn@web.service");
    EXPECT_EQ(place("/machine.slice/machine-web.scope/supervisor"), "machine-web.scope");
    EXPECT_EQ(place("/lxc.monitor.web"), "");
    EXPECT_EQ(read_control_group("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope").container, "");
}

TEST(ControlGroup, UnitsAndSessions) {
    EXPECT_EQ(place("/system.slice/systemd-modules-load.service"), "systemd-modules-load.service");
    EXPECT_EQ(place("/system.slice/foo.service/below"), "foo.service");
    EXPECT_EQ(place("/system.slice/home.mount"), "home.mount");
    EXPECT_EQ(place("/user.slice/user-1000.slice/session-3.scope"), "session 3 of user 1000");
    EXPECT_EQ(place("/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service"),
              "foo.service of user 1000");
    EXPECT_EQ(read_control_group("/user.slice/user-0.slice/session-c1.scope").session, "c1");
}

// Users may make groups below their own, and name them as they like.
TEST(ControlGroup, WhatAUserNamesIsSaidToBeTheirs) {
    EXPECT_EQ(
        place("/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" + id + ".scope"),
        "the docker container 0123456789ab of user 1000");
    EXPECT_EQ(place("/user.slice/user-1000.slice/user@1000.service/"
                    "systemd-modules-load.service of root \x1b[31m.scope"),
              "\"systemd-modules-load.service of root \\x1b[31m.scope\" of user 1000");
}

TEST(ControlGroup, TheOutermostContainerCounts) {
    EXPECT_EQ(place("/lxc.payload.outer/system.slice/docker-" + id + ".scope"),
              "the LXC container outer");
    EXPECT_EQ(read_control_group("/lxc.payload.outer/system.slice/foo.service").unit, "");
}

TEST(ControlGroup, NothingIsSaidWithoutANameThatTells) {
    for (const char *path : {"", "/", "/init.scope", "/system.slice", "/docker-0123.scope/..",
                             "/docker/short", "/machine-.scope", "//", "/.service"})
        EXPECT_EQ(read_control_group(path).container, "") << path;
    EXPECT_EQ(in_place("/"), "");
    EXPECT_EQ(in_place("/init.scope"), "");
    EXPECT_EQ(in_place("/system.slice/foo.service"), " in foo.service");
    EXPECT_EQ(place("/docker-0123.scope"), "docker-0123.scope");
}

// The record keeps the first 255 bytes.
TEST(ControlGroup, APathThatWasCut) {
    EXPECT_EQ(place("/system.slice/docker-" + id.substr(0, 40)), "");
    EXPECT_EQ(place("/docker/" + id.substr(0, 20)), "the docker container 0123456789ab");
}

} // namespace
} // namespace mk
