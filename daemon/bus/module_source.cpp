// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_source.hpp"

#include <algorithm>
#include <map>

namespace mk::bus {

namespace {

State from_driver(driver::ModuleState state) {
    switch (state) {
    case driver::ModuleState::Coming:
        return State::Coming;
    case driver::ModuleState::Going:
    case driver::ModuleState::Gone:
        return State::Going;
    case driver::ModuleState::Live:
        break;
    }
    return State::Live;
}

State from_kernel(engine::LoadState state) {
    if (state == engine::LoadState::Coming)
        return State::Coming;
    return state == engine::LoadState::Going ? State::Going : State::Live;
}

// By bit, as in /proc/sys/kernel/tainted.
std::string taint_letters(std::uint64_t taints) {
    constexpr std::string_view letters = "PFSRMBUDAWCIOELKXTNJ";
    std::string result;
    for (std::size_t bit = 0; bit < letters.size(); ++bit)
        if (taints >> bit & 1)
            result += letters[bit];
    return result;
}

ModuleSummary summary(const driver::Module &module) {
    ModuleSummary result;
    result.name = module.name;
    result.state = from_driver(module.state);
    result.bytes = module.core_bytes;
    result.references = module.references;
    result.used_by = module.used_by;
    result.uses = module.uses;
    result.load_sequence = module.load_sequence;
    result.last_sequence = module.last_sequence;
    return result;
}

ModuleSummary summary(const engine::LoadedModule &module) {
    ModuleSummary result;
    result.name = module.name;
    result.state = from_kernel(module.state);
    result.bytes = module.bytes;
    result.references = module.references;
    result.used_by = module.used_by;
    return result;
}

} // namespace

std::vector<ModuleSummary> ModuleSource::list() {
    std::vector<ModuleSummary> result;
    if (use_driver_) {
        if (auto modules = driver_.modules()) {
            for (const auto &module : modules.value())
                if (module.state != driver::ModuleState::Gone)
                    result.push_back(summary(module));
            return result;
        }
    }
    std::map<std::string, std::vector<std::string>> uses;
    for (const auto &module : loaded_.list()) {
        result.push_back(summary(module));
        for (const auto &user : module.used_by)
            uses[user].push_back(module.name);
    }
    for (auto &module : result)
        module.uses = std::move(uses[module.name]);
    // /proc/modules has the newest first, the driver the oldest.
    std::reverse(result.begin(), result.end());
    return result;
}

std::optional<ModuleDetails> ModuleSource::details(const std::string &name) {
    ModuleDetails result;
    if (use_driver_) {
        if (auto found = driver_.module(name)) {
            const auto &module = found.value();
            static_cast<ModuleSummary &>(result) = summary(module);
            result.version = module.version;
            result.srcversion = module.srcversion;
            result.taints = taint_letters(module.taints);
            result.loaded_us = module.loaded_realtime_ns / 1000;
            result.init_ns = module.init_ns;
            result.load_count = module.load_count;
            if (module.state == driver::ModuleState::Gone)
                return std::nullopt;
            return result;
        }
    }
    auto module = loaded_.find(name);
    if (!module)
        return std::nullopt;
    static_cast<ModuleSummary &>(result) = summary(*module);
    result.uses = loaded_.uses(name);
    result.version = loaded_.version(name);
    result.srcversion = loaded_.srcversion(name);
    result.taints = module->taints;
    return result;
}

std::vector<ParameterDetails> ModuleSource::parameters(const std::string &name,
                                                       const FileDetails &file) {
    std::vector<ParameterDetails> result;
    auto values = loaded_.parameters(name);
    // Everybody may ask the bus: what root reads here is shown only where all may read it.
    for (auto &one : values)
        if (!one.is_public)
            one.value.clear();
    auto value_of = [&](const std::string &parameter) {
        for (const auto &one : values)
            if (one.name == parameter)
                return one.value;
        return std::string();
    };
    if (use_driver_) {
        if (auto module = driver_.module(name)) {
            for (const auto &one : module.value().parameters)
                result.push_back({one.name, one.type, value_of(one.name)});
            return result;
        }
    }
    for (const auto &one : file.parameters)
        result.push_back({one.name, one.type, value_of(one.name)});
    for (const auto &one : values) {
        auto same = [&](const auto &known) { return known.name == one.name; };
        if (std::none_of(result.begin(), result.end(), same))
            result.push_back({one.name, "unknown", one.value});
    }
    return result;
}

Result<void> ModuleSource::each_record(const std::function<bool(driver::Event &)> &take) {
    if (!use_driver_)
        return Error{ErrorCode::DriverUnavailable,
                     "there is no record: the driver is not connected; modkeeper status says why"};
    return driver_.each_record(take);
}

FileDetails ModuleSource::file(const std::string &name, const std::string &path) {
    if (!catalog_ || catalog_->stale()) {
        catalog_.reset();
        auto made = engine::Catalog::create(places_);
        if (!made)
            return {};
        catalog_.emplace(std::move(made.value()));
    }
    auto found = catalog_->find(path.empty() ? name : path);
    if (!found)
        return {};
    auto &file = found.value();
    return {std::move(file.description), std::move(file.license), std::move(file.path),
            std::move(file.parameters)};
}

} // namespace mk::bus
