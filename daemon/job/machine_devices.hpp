// SPDX-License-Identifier: GPL-2.0-only
// Network interfaces, disks and other devices of this machine, and who uses them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "system/block_devices.hpp"
#include "system/input_devices.hpp"
#include "system/routing_netlink.hpp"
#include "system/ssh_connection.hpp"

namespace mk {

// What the machine has, as far as the caller may see it.
struct MachineDevices {
    std::vector<NetworkInterface> interfaces;
    std::vector<ClassDevice> interface_devices; // of /sys/class/net
    std::vector<BlockDevice> disks;
    std::vector<ClassDevice> sound_cards;
    std::vector<ClassDevice> displays;
    std::vector<InputDevice> inputs;
    std::vector<Mount> mounts;
    // Of whoever asks.
    std::optional<SshConnection> ssh;
    std::optional<unsigned> ssh_interface; // on which packets to the peer leave

    // Of this network namespace, and of the mount namespaces of the caller and of init. @asker: 0:
    // no process whose SSH connection counts.
    static MachineDevices read(pid_t asker);
};

} // namespace mk
