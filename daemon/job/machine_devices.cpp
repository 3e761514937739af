// SPDX-License-Identifier: GPL-2.0-only
#include "job/machine_devices.hpp"

#include <algorithm>
#include <cctype>

namespace mk {

namespace {

bool begins_with_digits_after(const std::string &name, std::string_view prefix) {
    return name.starts_with(prefix) && name.size() > prefix.size() &&
           std::ranges::all_of(name.substr(prefix.size()),
                               [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "card0" and not "controlC0" or "card0-HDMI-A-1"
std::vector<ClassDevice> cards_in(const std::string &folder) {
    auto devices = class_devices(folder);
    std::erase_if(
        devices, [](const auto &device) { return !begins_with_digits_after(device.name, "card"); });
    return devices;
}

} // namespace

MachineDevices MachineDevices::read(pid_t asker) {
    MachineDevices machine;
    machine.interfaces = network_interfaces();
    machine.interface_devices = class_devices("/sys/class/net");
    machine.mounts = read_mounts();
    // A service or a sandbox does not see all that the machine has mounted.
    for (auto &mount : read_mounts("/proc/1/mountinfo"))
        if (std::ranges::none_of(machine.mounts, [&](const auto &known) {
                return known.device == mount.device && known.point == mount.point;
            }))
            machine.mounts.push_back(std::move(mount));
    machine.disks = block_devices(machine.mounts);
    machine.sound_cards = cards_in("/sys/class/sound");
    machine.displays = cards_in("/sys/class/drm");
    machine.inputs = input_devices();
    if (asker != 0)
        machine.ssh = ssh_connection_of(asker);
    if (machine.ssh)
        machine.ssh_interface = interface_towards(machine.ssh->peer);
    return machine;
}

} // namespace mk
