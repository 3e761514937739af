// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kernel_facts.hpp"

#include <set>
#include <utility>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "config/initramfs_image.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modalias.hpp"
#include "policy/policy.hpp"
#include "policy/selectors.hpp"

namespace mk::policy {

namespace {

using Names = KernelFacts::Names;

Rule allowing(Pattern pattern) {
    Rule rule;
    rule.what.push_back(std::move(pattern));
    return rule;
}

Names chosen_by(const Rule &rule) {
    Names names;
    for (const auto &pattern : rule.what)
        names.emplace(pattern.text);
    return names;
}

// What rules say of a kernel that allow devices, what is loaded at boot, and each of @modules.
void choose(KernelFacts &facts, const ConfigurationPlaces &places, const Names &modules) {
    Policy policy;
    policy.rules.push_back(allowing({Pattern::Kind::Devices, {}, {}}));
    policy.rules.push_back(allowing({Pattern::Kind::Boot, {}, {}}));
    for (const auto &name : modules)
        policy.rules.push_back(allowing({Pattern::Kind::Name, name, {}}));
    Findings ignored; // a machine without devices is no fault here
    resolve_selectors(policy, places, ignored);
    facts.devices = chosen_by(policy.rules[0]);
    facts.boot = chosen_by(policy.rules[1]);
    auto rule = policy.rules.begin() + 2;
    for (const auto &name : modules) {
        auto needs = chosen_by(*rule++);
        needs.erase(name);
        facts.needs.emplace(name, std::move(needs));
    }
}

class Meanings {
  public:
    Meanings(Catalog &catalog, KernelFacts &facts) : catalog_(catalog), facts_(facts) {}

    Names of(const std::string &word) {
        Names modules;
        if (word.size() > alias_max || !catalog_.knows(word))
            return modules;
        if (const auto names = catalog_.resolve_names(word))
            for (const auto &name : names.value())
                modules.insert(name);
        return modules;
    }

    void add(const std::string &word) {
        if (word.empty() || word.starts_with('-') || is_path(word) || !seen_.insert(word).second)
            return;
        if (auto modules = of(word); !modules.empty())
            facts_.meanings.emplace(word, std::move(modules));
    }

  private:
    Catalog &catalog_;
    KernelFacts &facts_;
    std::set<std::string> seen_;
};

} // namespace

Result<KernelFacts> read_kernel_facts(const ConfigurationPlaces &places,
                                      const Sightings &sightings) {
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LeftOut));
    KernelFacts facts;
    facts.release = places.release();
    Names modules;
    Meanings meanings(catalog, facts);
    for (const auto &sighting : sightings) {
        if (!sighting.module.empty())
            modules.insert(sighting.module);
        meanings.add(sighting.alias);
        if (sighting.trigger == Trigger::Command)
            for (const auto word : split(sighting.command, " "))
                meanings.add(std::string(word));
    }
    choose(facts, places, modules);
    std::set<std::string> seen;
    for (const auto &device : devices_with_modalias(places.root))
        if (seen.insert(device.modalias).second)
            for (const auto &name : meanings.of(device.modalias))
                facts.device_of.try_emplace(name, device.path);
    return facts;
}

ModuleNames initramfs_of(const ConfigurationPlaces &places) {
    auto names = modules_in_initramfs(places.root, places.release());
    return names ? names.take() : ModuleNames();
}

} // namespace mk::policy
