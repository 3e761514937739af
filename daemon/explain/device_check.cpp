// SPDX-License-Identifier: GPL-2.0-only
#include "explain/device_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/folder.hpp"
#include "base/foreign_text.hpp"
#include "base/root_path.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modalias.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

// Of buses, not of protocols, file systems or device nodes.
bool names_device(const std::string &alias) {
    return alias.find(':') != std::string::npos && !alias.starts_with("devname:");
}

bool all_begin_with(const std::vector<std::string> &aliases, std::string_view prefix) {
    return std::all_of(aliases.begin(), aliases.end(),
                       [&](const auto &alias) { return alias.starts_with(prefix); });
}

Diagnosis found(const std::string &reason, std::string_view remedy) {
    auto diagnosis = failure(Cause::NoDevice, {}, "its init failed" + reason, remedy);
    diagnosis.stage = driver::Stage::Init;
    return diagnosis;
}

Diagnosis without_device(const std::vector<std::string> &aliases) {
    if (all_begin_with(aliases, "cpu:"))
        return found(": this processor, or the virtual machine, lacks the feature that it drives",
                     "nothing has to be loaded; a feature that should be there may be switched off "
                     "in the setup of the firmware (BIOS) or of the virtual machine");
    if (all_begin_with(aliases, "dmi:"))
        return found(": it is for machines of another make than this one",
                     "nothing has to be loaded");
    return found(
        ": no device of this machine has an ID that it drives",
        "check that the device is plugged in and switched on, in the setup of the firmware "
        "(BIOS) too: lspci -nn and lsusb list what is there");
}

Diagnosis taken(const std::string &device, const std::string &driver, const std::string &module) {
    return found(fmt::format(": the device {}, which it drives, belongs to the driver {} already",
                             as_word(device), as_word(driver)),
                 module.empty() ? fmt::format("take it away from that one: echo {} > "
                                              "/sys{}/driver/unbind",
                                              as_word(fs::path(device).filename().native()),
                                              as_word(device.substr(std::string("/sys").size())))
                                : fmt::format("\"modkeeper unload {}\" first", as_word(module)));
}

} // namespace

bool is_device_missing(int error) {
    return error == ENODEV || error == ENXIO;
}

std::optional<Diagnosis> device_check(const std::string &path, const std::string &root) {
    const auto file = describe_file(path);
    if (!file)
        return std::nullopt;
    auto aliases = file.value().aliases;
    std::erase_if(aliases, [](const auto &alias) { return !names_device(alias); });
    if (aliases.empty())
        return std::nullopt;
    const auto devices = devices_matching(aliases, root);
    if (devices.empty())
        return without_device(aliases);
    for (const auto &device : devices) {
        const auto folder = path_in(root, device.path) + "/driver";
        const auto driver = link_name(folder);
        const auto module = link_name(folder + "/module");
        if (!driver.empty() && module != file.value().name)
            return taken(device.path, driver, module);
    }
    const auto look =
        fmt::format("look at what it printed: \"modkeeper log {}\"", as_word(file.value().name));
    if (all_begin_with(aliases, "cpu:"))
        return found(
            ", although this processor has the feature that it drives: the firmware (BIOS) "
            "or the virtual machine may lack the rest",
            look);
    return found(fmt::format(", although the device {} is there, which it drives",
                             as_word(devices.front().path)),
                 look);
}

} // namespace mk
