// SPDX-License-Identifier: GPL-2.0-only
#include "system/module_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

// include/linux/ioport.h
constexpr std::uint64_t resource_io = 0x100;
constexpr std::uint64_t resource_memory = 0x200;
constexpr std::uint64_t resource_irq = 0x400;

template <typename Number> std::optional<Number> parse(std::string_view text, int base = 10) {
    if (base == 16 && text.starts_with("0x"))
        text.remove_prefix(2);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

bool is_link(const std::string &path) {
    std::error_code failed;
    return fs::is_symlink(path, failed);
}

// "first last flags" a line
std::vector<AddressRange> ranges_in(std::string_view text) {
    std::vector<AddressRange> ranges;
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " ");
        if (words.size() != 3)
            continue;
        const auto first = parse<std::uint64_t>(words[0], 16);
        const auto last = parse<std::uint64_t>(words[1], 16);
        const auto flags = parse<std::uint64_t>(words[2], 16);
        if (!first || !last || !flags || *flags == 0)
            continue;
        const char *kind = (*flags & resource_io) != 0       ? "ioport"
                           : (*flags & resource_memory) != 0 ? "memory"
                           : (*flags & resource_irq) != 0    ? "irq"
                                                             : "other";
        ranges.push_back({kind, *first, *last});
    }
    return ranges;
}

bool is_there(const fs::path &path) {
    std::error_code failed;
    return fs::exists(path, failed);
}

class Search {
  public:
    Search(ModuleName module, const std::vector<std::string> &aliases, std::string root)
        : module_(std::move(module)), aliases_(aliases), root_(std::move(root)) {}

    DeviceFacts run() {
        // "pci:e1000"
        facts_.drivers = readable_entries(at("/sys/module/" + module_ + "/drivers"));
        for (const auto &name : facts_.drivers)
            if (const auto colon = name.find(':'); colon != std::string::npos)
                add_devices(name.substr(0, colon), name.substr(colon + 1));
        add_scsi_hosts();
        const auto own_majors = majors_by_name();
        for (const bool block : {false, true})
            for (const auto &number :
                 readable_entries(at(block ? "/sys/dev/block" : "/sys/dev/char")))
                add_node(block, number, own_majors);
        add_claims("/proc/ioports", "ioport");
        add_claims("/proc/iomem", "memory");
        return std::move(facts_);
    }

  private:
    static inline const std::string first_watchdog = "/sys/class/watchdog/watchdog0";

    std::string at(const std::string &path) const { return path_in(root_, path); }

    void add_devices(const std::string &bus, const std::string &driver) {
        const auto folder = fmt::format("/sys/bus/{}/drivers/{}", bus, driver);
        for (const auto &name : readable_entries(at(folder))) {
            const auto device = fmt::format("{}/{}", folder, name);
            // among the driver's own files, devices are links that lead to something bound
            if (name == "module" || !is_link(at(folder) + "/" + name))
                continue;
            if (auto place = real(device); !place.empty())
                bound_.push_back(std::move(place));
            facts_.devices.push_back({bus, driver, name,
                                      ranges_in(read_text(at(device + "/resource")).value_or("")),
                                      interrupts_of(device)});
        }
    }

    std::vector<unsigned> interrupts_of(const std::string &device) const {
        std::set<unsigned> numbers;
        if (const auto line = parse<unsigned>(read_line(at(device + "/irq"))); line && *line != 0)
            numbers.insert(*line);
        for (const auto &name : readable_entries(at(device + "/msi_irqs")))
            if (const auto number = parse<unsigned>(name))
                numbers.insert(*number);
        return {numbers.begin(), numbers.end()};
    }

    // The driver of a SCSI host says its own name there, also one whose devices name no module.
    void add_scsi_hosts() {
        const std::string folder = "/sys/class/scsi_host/";
        for (const auto &name : readable_entries(at(folder))) {
            if (module_ != read_line(at(folder + name + "/proc_name")))
                continue;
            // ".../host2/scsi_host/host2" is below the host
            auto place = fs::path(real(folder + name)).parent_path().parent_path().string();
            if (place.starts_with("/sys/devices/"))
                hosts_.push_back(std::move(place));
        }
        bound_.insert(bound_.end(), hosts_.begin(), hosts_.end());
    }

    // The name of a major number in /proc/devices is the choice of the module.
    bool is_own_name(std::string_view name) const {
        static constexpr std::pair<std::string_view, std::string_view> other_names[] = {
            {"brd", "ramdisk"},       {"dm_mod", "device-mapper"}, {"md_mod", "md"},
            {"md_mod", "mdp"},        {"mtdblock", "mtdblock"},    {"null_blk", "nullb"},
            {"virtio_blk", "virtblk"}};
        return module_ == name ||
               std::ranges::find(other_names, std::pair<std::string_view, std::string_view>(
                                                  module_, name)) != std::end(other_names);
    }

    // Of /proc/devices: "Character devices:", "254 name", "Block devices:", ...
    std::set<std::pair<bool, unsigned>> majors_by_name() const {
        std::set<std::pair<bool, unsigned>> majors;
        const auto text = read_text(at("/proc/devices")).value_or("");
        bool block = false;
        for (const auto line : split(text, "\n")) {
            const auto words = split(line, " ");
            if (line.starts_with("Block"))
                block = true;
            else if (words.size() == 2 && is_own_name(words[1]))
                if (const auto major = parse<unsigned>(words[0]))
                    majors.emplace(block, *major);
        }
        return majors;
    }

    bool is_alias(const DeviceNode &node) const {
        const auto number = std::string(node.block ? "block" : "char") + "-major-" +
                            std::to_string(node.major) + "-";
        return std::any_of(aliases_.begin(), aliases_.end(), [&](const auto &alias) {
            return alias == number + std::to_string(node.minor) || alias == number + "*" ||
                   alias == "devname:" + node.name;
        });
    }

    void add_node(bool block, const std::string &number,
                  const std::set<std::pair<bool, unsigned>> &own_majors) {
        const auto colon = number.find(':');
        const auto major = parse<unsigned>(std::string_view(number).substr(0, colon));
        const auto minor = colon == std::string::npos
                               ? std::nullopt
                               : parse<unsigned>(std::string_view(number).substr(colon + 1));
        if (!major || !minor)
            return;
        const auto folder = std::string(block ? "/sys/dev/block/" : "/sys/dev/char/") + number;
        // hundreds of devices: most are ruled out by where they are
        const auto place = real(folder);
        DeviceNode node{block, *major, *minor, {}, {}};
        if (!may_be_own(node, place, own_majors))
            return;
        const auto uevent = read_text(at(folder + "/uevent")).value_or("");
        for (const auto line : split(uevent, "\n"))
            if (line.starts_with("DEVNAME="))
                node.name = line.substr(line.find('=') + 1);
        // the first watchdog has an older name, too
        if (is_below(node.name == "watchdog" ? real(first_watchdog) : place))
            node.known_by = "driver";
        else if (is_alias(node))
            node.known_by = "alias";
        else if (has_own_label(folder, node.name) || own_majors.contains({block, *major}) ||
                 module_ == node.name)
            node.known_by = "name";
        if (!node.known_by.empty())
            facts_.nodes.push_back(std::move(node));
    }

    // Whether anything can tell that it belongs to the module. @place: below /sys/devices.
    bool may_be_own(const DeviceNode &node, const std::string &place,
                    const std::set<std::pair<bool, unsigned>> &own_majors) const {
        const auto name = place.substr(place.rfind('/') + 1);
        const auto ends_so = [&](const std::string &alias) {
            return alias.starts_with("devname:") && alias.ends_with(name);
        };
        return !place.starts_with("/sys/devices/") || is_below_bound(place) || is_alias(node) ||
               own_majors.contains({node.block, node.major}) || module_ == name ||
               name == "watchdog" || label_of_module() != nullptr ||
               std::any_of(aliases_.begin(), aliases_.end(), ends_so);
    }

    bool is_below_bound(const std::string &place) const { return is_below_one(bound_, place); }

    static bool is_below_one(const std::vector<std::string> &devices, const std::string &place) {
        return std::ranges::any_of(devices, [&](const std::string &device) {
            return place.starts_with(device) &&
                   (place.size() == device.size() || place[device.size()] == '/');
        });
    }

    // The label that the module gives to a device without a driver, of which sysfs tells no more;
    // nullptr: it is not known to do so.
    const char *label_of_module() const {
        static constexpr std::pair<std::string_view, const char *> labels[] = {
            {"i2c_stub", "SMBus stub driver"},
            {"mtdram", "mtdram test device"},
            {"nandsim", "NAND simulator partition 0"},
            {"softdog", "Software Watchdog"}};
        for (const auto &[module, label] : labels)
            if (module == module_)
                return label;
        return nullptr;
    }

    bool has_own_label(const std::string &node, const std::string &name) const {
        const char *label = label_of_module();
        const auto &folder = name == "watchdog" ? first_watchdog : node;
        constexpr std::array<const char *, 3> files = {"/name", "/identity", "/device/name"};
        return label && std::ranges::any_of(files, [&](const char *file) {
                   return read_line(at(folder) + file) == label;
               });
    }

    // Whether a device that the module drives is the nearest one above the node that any module
    // drives. SCSI disks and tapes have a driver of their own below that of their host.
    bool is_below(const std::string &place) const {
        if (!is_below_bound(place))
            return false;
        if (is_below_one(hosts_, place))
            return true;
        bool has_driver = false;
        bool is_host = false;
        for (fs::path device = place; device.native().starts_with("/sys/devices/");
             device = device.parent_path()) {
            const auto driver = device.native() + "/driver";
            if (is_link(at(device.native()) + "/driver") && (!has_driver || is_host)) {
                if (link_name(at(driver) + "/module") == module_)
                    return true;
                if (is_host)
                    return false;
                has_driver = true;
            }
            is_host = is_host || is_there(at(device.native() + "/scsi_host"));
        }
        return false;
    }

    // With all links followed. One of sysfs leads to a folder without any; to follow each part of
    // hundreds of paths takes long.
    std::string real(const std::string &path) const {
        constexpr std::string_view up = "../";
        if (auto target = link_target(at(path)).value_or(""); target.starts_with(up)) {
            while (target.starts_with(up))
                target.erase(0, up.size());
            if (target.starts_with("devices/"))
                return "/sys/" + target;
        }
        std::error_code failed;
        auto resolved = fs::canonical(at(path), failed).string();
        return failed || !resolved.starts_with(root_) ? "" : resolved.substr(root_.size());
    }

    // "  c000-c03f : 0000:00:03.0", deeper lines further in
    void add_claims(const char *file, const char *kind) {
        const auto text = read_text(at(file)).value_or("");
        for (const auto line : split(text, "\n")) {
            const auto at = line.find(" : ");
            if (at == std::string_view::npos)
                continue;
            const auto owner = std::string(line.substr(at + 3));
            auto range = line.substr(0, at);
            range.remove_prefix(std::min(range.find_first_not_of(' '), range.size()));
            if (!is_ours(owner))
                continue;
            const bool hidden = range.find_first_not_of("0-") == std::string_view::npos;
            facts_.claims.push_back({kind, std::string(range), owner, hidden});
        }
    }

    bool is_ours(const std::string &owner) const {
        if (module_ == owner)
            return true;
        for (const auto &device : facts_.devices)
            if (owner == device.name || owner == device.driver)
                return true;
        return false;
    }

    ModuleName module_;
    const std::vector<std::string> &aliases_;
    std::string root_;
    DeviceFacts facts_;
    std::vector<std::string> hosts_; // of SCSI, below /sys/devices
    std::vector<std::string> bound_; // where its devices are, below /sys/devices
};

} // namespace

DeviceFacts device_facts(const ModuleName &module, const std::vector<std::string> &aliases,
                         const std::string &root) {
    return Search(module, aliases, root).run();
}

} // namespace mk
