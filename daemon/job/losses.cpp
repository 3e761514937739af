// SPDX-License-Identifier: GPL-2.0-only
#include "job/losses.hpp"

#include <algorithm>
#include <set>

#include "base/module_name.hpp"
#include "system/module_devices.hpp"

namespace mk {

namespace {

// Of many alike, such as the mounts of containers, the first.
constexpr std::size_t facts_max = 6;

bool has(const std::vector<std::string> &all, const std::string &one) {
    return std::ranges::find(all, one) != all.end();
}

class Join {
  public:
    Join(const std::vector<GoingModule> &modules, const MachineDevices &machine, std::string root)
        : modules_(modules), machine_(machine), root_(std::move(root)) {}

    std::vector<Loss> run() {
        find_interfaces();
        find_nodes();
        find_disks();
        find_plain(LossKind::SoundCard, machine_.sound_cards);
        find_plain(LossKind::Display, machine_.displays);
        find_inputs();
        add_other_nodes();
        find_file_systems();
        return std::move(losses_);
    }

  private:
    // The first of the modules that is among @above; "": none.
    std::string taken_by(const std::vector<std::string> &above) const {
        for (const auto &module : modules_)
            if (has(above, module.name))
                return module.name;
        return "";
    }

    // The module that makes interfaces of this kind.
    std::string maker_of(const std::string &kind) const {
        for (const auto &module : modules_)
            if (!kind.empty() && (module.name == kind || has(module.aliases, "rtnl-link-" + kind)))
                return module.name;
        return "";
    }

    const NetworkInterface *by_index(unsigned index) const {
        for (const auto &one : machine_.interfaces)
            if (index != 0 && one.index == index)
                return &one;
        return nullptr;
    }

    std::string module_of(const NetworkInterface &one) const {
        if (auto maker = maker_of(one.kind); !maker.empty())
            return maker;
        for (const auto &device : machine_.interface_devices)
            if (device.name == one.name)
                return taken_by(device.modules);
        return "";
    }

    void find_interfaces() {
        std::set<unsigned> gone;
        for (const auto &one : machine_.interfaces)
            if (const auto module = module_of(one); !module.empty()) {
                gone.insert(one.index);
                losses_.push_back({module, LossKind::Interface, one.name, facts_of(one)});
            }
        // A VLAN goes with what it stands on, and so on up.
        for (bool grown = true; grown;) {
            grown = false;
            for (const auto &one : machine_.interfaces) {
                const auto *lower = by_index(one.lower);
                if (gone.contains(one.index) || lower == nullptr || !gone.contains(lower->index))
                    continue;
                gone.insert(one.index);
                losses_.push_back({loss_called(lower->name)->module, LossKind::Interface, one.name,
                                   facts_of(one)});
                grown = true;
            }
        }
    }

    const Loss *loss_called(const std::string &interface) const {
        for (const auto &loss : losses_)
            if (loss.kind == LossKind::Interface && loss.name == interface)
                return &loss;
        return nullptr;
    }

    // It, the bridge or bond that it is a port of, and what stands on any of them.
    std::vector<const NetworkInterface *> carried_by(const NetworkInterface &one) const {
        std::vector<const NetworkInterface *> carried = {&one};
        const auto add = [&](const NetworkInterface *more) {
            if (more != nullptr && std::ranges::find(carried, more) == carried.end())
                carried.push_back(more);
        };
        for (std::size_t i = 0; i < carried.size(); ++i) {
            add(by_index(carried[i]->master));
            for (const auto &upper : machine_.interfaces)
                if (upper.lower == carried[i]->index)
                    add(&upper);
        }
        return carried;
    }

    bool carries_ssh(const NetworkInterface &one) const {
        if (!machine_.ssh)
            return false;
        if (machine_.ssh_interface == one.index)
            return true;
        return std::ranges::any_of(one.addresses, [&](const auto &address) {
            return address.substr(0, address.find('/')) == machine_.ssh->local;
        });
    }

    std::vector<LossFact> facts_of(const NetworkInterface &one) const {
        std::vector<LossFact> facts;
        if (one.is_up)
            facts.push_back({LossUse::Up, ""});
        for (const auto &address : one.addresses)
            facts.push_back({LossUse::Address, address});
        if (const auto *master = by_index(one.master))
            facts.push_back({LossUse::Port, master->name});
        for (const auto &other : machine_.interfaces) {
            if (other.master == one.index)
                facts.push_back({LossUse::Ports, other.name});
            if (other.lower == one.index)
                facts.push_back({LossUse::Stacked, other.name});
        }
        facts.resize(std::min(facts.size(), facts_max));
        const auto carried = carried_by(one);
        if (std::ranges::any_of(carried, [](const auto *any) { return any->has_default_route; }))
            facts.push_back({LossUse::DefaultRoute, ""});
        if (std::ranges::any_of(carried, [&](const auto *any) { return carries_ssh(*any); }))
            facts.push_back({LossUse::Ssh, machine_.ssh->peer});
        return facts;
    }

    void find_nodes() {
        for (const auto &module : modules_)
            for (auto &node : device_facts(module.name, module.aliases, root_).nodes)
                nodes_.push_back({module.name, std::move(node)});
    }

    std::string module_of(const BlockDevice &disk) const {
        if (auto module = taken_by(disk.device.modules); !module.empty())
            return module;
        for (const auto &[module, node] : nodes_)
            if (node.block && node.name == disk.device.name)
                return module;
        return "";
    }

    void find_disks() {
        for (const auto &disk : machine_.disks) {
            const auto module = module_of(disk);
            if (module.empty())
                continue;
            Loss loss{module, LossKind::Disk, "/dev/" + disk.device.name, {}};
            const auto add = [&](LossUse use, const std::vector<std::string> &details) {
                for (std::size_t i = 0; i < std::min(details.size(), facts_max); ++i)
                    loss.facts.push_back({use, details[i]});
            };
            if (has(disk.mounted_at, "/"))
                loss.facts.push_back({LossUse::Root, ""});
            add(LossUse::Mounted, disk.mounted_at);
            add(LossUse::Swap, disk.swap);
            if (!disk.backing_file.empty())
                loss.facts.push_back({LossUse::Backed, disk.backing_file});
            add(LossUse::Below, disk.disks_above);
            losses_.push_back(std::move(loss));
        }
    }

    void find_plain(LossKind kind, const std::vector<ClassDevice> &devices) {
        for (const auto &device : devices)
            if (const auto module = taken_by(device.modules); !module.empty())
                losses_.push_back({module, kind, device.name, {}});
    }

    void find_inputs() {
        const bool keyboard_stays = std::ranges::any_of(machine_.inputs, [&](const auto &input) {
            return input.is_keyboard && taken_by(input.device.modules).empty();
        });
        for (const auto &input : machine_.inputs) {
            const auto module = taken_by(input.device.modules);
            if (module.empty())
                continue;
            Loss loss{
                module, LossKind::Input, input.name.empty() ? input.device.name : input.name, {}};
            if (input.is_keyboard && !keyboard_stays)
                loss.facts.push_back({LossUse::LastKeyboard, ""});
            losses_.push_back(std::move(loss));
        }
    }

    // Nodes of sound cards, displays and input devices are not told again.
    void add_other_nodes() {
        for (const auto &[module, node] : nodes_) {
            const bool is_told = node.block || node.name.empty() || node.name.starts_with("snd/") ||
                                 node.name.starts_with("dri/") || node.name.starts_with("input/");
            const auto path = "/dev/" + node.name;
            if (!is_told && std::ranges::none_of(losses_, [&](const auto &loss) {
                    return loss.kind == LossKind::Node && loss.name == path;
                }))
                losses_.push_back({module, LossKind::Node, path, {}});
        }
    }

    void find_file_systems() {
        constexpr std::string_view prefix = "fs-";
        for (const auto &module : modules_)
            for (const auto &alias : module.aliases) {
                if (!alias.starts_with(prefix))
                    continue;
                Loss loss{module.name, LossKind::FileSystem, alias.substr(prefix.size()), {}};
                for (const auto &mount : machine_.mounts)
                    if (mount.type == loss.name && loss.facts.size() < facts_max)
                        loss.facts.push_back({LossUse::Mounted, mount.point});
                if (!loss.facts.empty())
                    losses_.push_back(std::move(loss));
            }
    }

    const std::vector<GoingModule> &modules_;
    const MachineDevices &machine_;
    std::string root_;
    std::vector<std::pair<std::string, DeviceNode>> nodes_; // with their modules
    std::vector<Loss> losses_;
};

} // namespace

std::vector<Loss> losses_of(const std::vector<GoingModule> &modules, const MachineDevices &machine,
                            const std::string &root) {
    return Join(modules, machine, root).run();
}

} // namespace mk
