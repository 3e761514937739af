// SPDX-License-Identifier: GPL-2.0-only
#include "explain/unanswered_request.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/module_name.hpp"

namespace mk {

namespace {

using driver::Event;
using driver::EventKind;

// Whether an alias leads to a module; each is looked up once, and not more than some.
class Leads {
  public:
    Leads(Result<Catalog> &catalog, const ModuleName &module)
        : catalog_(catalog), module_(module) {}

    bool operator()(const std::string &alias) {
        constexpr std::size_t most = 64;
        const auto known = known_.find(alias);
        if (known != known_.end())
            return known->second;
        return known_.size() < most && known_.emplace(alias, look_up(alias)).first->second;
    }

  private:
    bool look_up(const std::string &alias) const {
        if (!catalog_ || !catalog_.value().knows(alias))
            return false;
        const auto names = catalog_.value().resolve_names(alias);
        return names && std::ranges::find(names.value(), module_) != names.value().end();
    }

    Result<Catalog> &catalog_;
    ModuleName module_;
    std::map<std::string, bool> known_;
};

} // namespace

const Event *unanswered_request(const std::vector<Event> &events, Result<Catalog> &catalog,
                                const std::string &target, const ModuleName &module) {
    Leads leads(catalog, module);
    std::set<std::uint64_t> answered;
    for (const auto &event : events)
        if (const auto *load = event.as<driver::ModuleEvent>())
            answered.insert(load->request_sequence);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (driver::module_of(*event) == module && event->kind != EventKind::UnloadRefused)
            return nullptr;
        const auto *request = event->as<driver::ModuleRequest>();
        if (request != nullptr && !answered.contains(event->sequence) &&
            (is_same_name(request->alias, target) || leads(request->alias)))
            return &*event;
    }
    return nullptr;
}

} // namespace mk
