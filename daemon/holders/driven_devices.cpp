// SPDX-License-Identifier: GPL-2.0-only
// Devices that hold a module as long as a driver has them: codecs of sound cards, PHYs of network
// interfaces, clients of Intel's Management Engine. What has made them has to go before.
#include <fmt/format.h>

#include <string>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

class DrivenDevices {
  public:
    DrivenDevices(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        // others of this bus belong to another framework, which does not hold them
        if (search_.module.name.starts_with("snd_hda_codec_"))
            each("hdaudio", [&](const std::string &device, const std::string &folder) {
                add_codec(device, folder);
            });
        each("mdio_bus", [&](const std::string &device, const std::string &folder) {
            add_phy(device, folder);
        });
        each("mei", [&](const std::string &device, const std::string &folder) {
            add_client(device, folder);
        });
    }

  private:
    template <typename Take> void each(const std::string &bus, Take take) {
        const auto folder = path_in(search_.root, "/sys/bus/" + bus + "/devices");
        for (const auto &device : readable_entries(folder))
            take(device, fmt::format("{}/{}", folder, device));
    }

    // The module of the driver of the device; "": it has none.
    static std::string driver_of(const std::string &folder) {
        return link_name(folder + "/driver/module");
    }

    bool is_ours(const std::string &module) const {
        return !module.empty() && search_.module.name == module;
    }

    void add(const std::string &device, std::string through, const std::string &maker) {
        if (list_.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = HolderKind::Device;
        holder.what = device;
        holder.through = std::move(through);
        holder.references = 1;
        if (!maker.empty())
            holder.remedy = "modkeeper unload " + maker;
        list_.holders.push_back(std::move(holder));
    }

    void add_codec(const std::string &device, const std::string &folder) {
        const auto controller = driver_of(folder + "/..");
        if (is_ours(driver_of(folder)))
            add(device, controller.empty() ? "a codec" : "a codec of " + controller, controller);
    }

    // One that an interface is attached to. An interface that a bus of another module has holds
    // that one, too.
    void add_phy(const std::string &device, const std::string &folder) {
        const auto interface = link_name(folder + "/attached_dev");
        if (!interface.empty() && is_ours(driver_of(folder)))
            add(device, "the PHY of " + interface, driver_of(folder + "/attached_dev/device"));
    }

    // It holds its bus, and the driver of what that is made by.
    void add_client(const std::string &device, const std::string &folder) {
        const auto driver = driver_of(folder);
        if (!driver.empty() && (search_.module.name == "mei" || is_ours(driver_of(folder + "/.."))))
            add(device, "a client that " + driver + " drives", driver);
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_driven_devices(const HolderSearch &search, HolderList &list) {
    DrivenDevices(search, list).run();
}

} // namespace mk
