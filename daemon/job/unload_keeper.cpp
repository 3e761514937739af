// SPDX-License-Identifier: GPL-2.0-only
#include "job/unload_keeper.hpp"
#include "base/module_name.hpp"

namespace mk {

bool UnloadKeeper::keeps(const ModuleName &name) {
    if (const auto known = answers_.find(name); known != answers_.end())
        return known->second;
    bool kept = false;
    if (const auto *events = this->events())
        if (auto purpose = purpose_of(name, *events, [&](const auto &one) { return needs(one); })) {
            kept_.push_back({name, std::move(*purpose)});
            kept = true;
        }
    answers_.emplace(name, kept);
    return kept;
}

const std::vector<driver::Event> *UnloadKeeper::events() {
    if (!is_read_) {
        is_read_ = true;
        if (read_events_)
            events_ = read_events_();
    }
    return events_ ? &*events_ : nullptr;
}

// Also of modules that are no longer loaded.
ModuleNames UnloadKeeper::needs(const ModuleName &name) {
    if (!catalog_)
        catalog_.emplace(Catalog::create(places_));
    auto below = loaded_.uses(name);
    if (!*catalog_ || !check_name(name))
        return below;
    if (!dependencies_)
        dependencies_.emplace(catalog_->value(), loaded_);
    for (const auto &edge : dependencies_->direct(name))
        if (edge.need != Need::Weak)
            below.push_back(edge.name);
    return below;
}

} // namespace mk
