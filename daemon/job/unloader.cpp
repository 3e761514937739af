// SPDX-License-Identifier: GPL-2.0-only
#include "job/unloader.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <thread>

#include "base/module_name.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "explain/explain_unload.hpp"
#include "job/planner.hpp"
#include "job/unload_course.hpp"
#include "job/watched_calls.hpp"
#include "kmod/dependencies.hpp"
#include "kmod/install_command.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

using Modules = Unloader::Modules;

std::vector<std::string> names_in(const Modules &all) {
    std::vector<std::string> names;
    for (const auto &[name, module] : all)
        names.push_back(name);
    return names;
}

constexpr std::chrono::milliseconds pause{50};
constexpr std::chrono::milliseconds between_refusals{1000};

// The unload order: users of a module first, then itself.
class Order {
  public:
    Order(const Modules &all, std::set<ModuleName> named, bool with_dependents)
        : all_(all), named_(std::move(named)), with_dependents_(with_dependents) {}

    void add(const ModuleName &name) {
        if (!seen_.insert(name).second)
            return;
        if (auto module = all_.find(name); module != all_.end())
            for (const auto &user : module->second.used_by)
                if (with_dependents_ || named_.contains(user))
                    add(user);
        names_.push_back(name);
    }
    bool has(const ModuleName &name) const { return seen_.contains(name); }
    const ModuleNames &names() const { return names_; }

  private:
    const Modules &all_;
    std::set<ModuleName> named_;
    bool with_dependents_;
    std::set<ModuleName> seen_;
    ModuleNames names_;
};

UnloadRefusal facts(const LoadedModule &module, int error) {
    UnloadRefusal refusal;
    refusal.module = module.name;
    refusal.error = error;
    refusal.state = module.state;
    refusal.references = module.references;
    refusal.holders = module.used_by;
    refusal.permanent = module.permanent;
    return refusal;
}

// The remove command in modprobe.d; "": there is none.
ModuleCommand remove_command(const CatalogPlaces &places, const ModuleName &name) {
    auto catalog = Catalog::create(places);
    kmod_module *raw = nullptr;
    if (!catalog || kmod_module_new_from_name(&catalog.value().context(), name.c_str(), &raw) < 0)
        return {};
    KmodModule module(raw);
    const char *command = kmod_module_get_remove_commands(raw);
    const auto *line = catalog.value().configuration().first_matching(LineKind::Remove, name);
    return {ModuleCommand::Kind::Remove,
            {command ? command : "", line != nullptr && line->origin.is_public},
            name,
            {},
            line != nullptr ? line->origin.text() : ""};
}

SoftNeighbours soft_neighbours(const CatalogPlaces &places, const LoadedModules &loaded,
                               const ModuleName &name) {
    SoftNeighbours neighbours;
    auto catalog = Catalog::create(places);
    if (!catalog)
        return neighbours;
    Dependencies dependencies(catalog.value(), loaded);
    for (const auto &edge : dependencies.direct(name)) {
        if (edge.need == Need::Pre)
            neighbours.before.push_back(edge.name);
        else if (edge.need == Need::Post)
            neighbours.after.push_back(edge.name);
    }
    return neighbours;
}

Error canceled(const ModuleName &name) {
    return {ErrorCode::Canceled,
            fmt::format("module {} was not unloaded: the job was canceled", name)};
}

} // namespace

Result<void> check_request(const UnloadRequest &request) {
    if (request.names.empty())
        return Error{ErrorCode::InvalidArgument, "no module was named"};
    if (request.names.size() > targets_max)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("too many modules for one unload: {}, at most {} are allowed",
                                 request.names.size(), targets_max)};
    for (const auto &name : request.names)
        TRY(check_name(name));
    return {};
}

// From the current state; the kernel itself refuses modules that come in between.
Result<ModuleNames> Unloader::order(const UnloadRequest &request) const {
    TRY(check_request(request));
    Modules all;
    for (auto &module : loaded_.list())
        all.emplace(module.name, std::move(module));
    std::set<ModuleName> named;
    for (const auto &given : request.names)
        named.insert(given);
    for (const auto &name : named)
        if (!all.contains(name))
            return not_loaded(name, all);
    Order order(all, named, request.with_dependents);
    for (const auto &given : request.names)
        order.add(given);
    for (const auto &name : order.names()) {
        auto found = all.find(name);
        if (found == all.end() || request.force)
            continue;
        auto module = found->second;
        // Modules that are unloaded too do not hold the others.
        auto going =
            std::erase_if(module.used_by, [&](const auto &user) { return order.has(user); });
        module.references -= std::min(module.references, static_cast<std::uint32_t>(going));
        bool is_held = module.references > 0 && request.wait_us == 0;
        if (module.permanent || !module.used_by.empty() || is_held)
            return explain(facts(module, EWOULDBLOCK));
    }
    return order.names();
}

// Other holders are searched if modules are not the reason.
Error Unloader::explain(UnloadRefusal refusal) const {
    if (holders_ && refusal.references > 0 && refusal.holders.empty())
        refusal.held_by = holders_(ModuleName(refusal.module)).value_or(HeldBy{});
    return error_of(diagnose_unload(refusal));
}

// A loadable module is just not loaded now; a name that no module has was not found, and an alias
// is not the name in the kernel.
Error Unloader::not_loaded(const ModuleName &name, const Modules &all) const {
    Error error = refusal(name, ENOENT);
    auto catalog = Catalog::create(places_);
    if (error.code != ErrorCode::NotLoaded || !catalog)
        return error;
    const auto meant = catalog.value().knows(name) ? catalog.value().resolve_names(name)
                                                   : Result<ModuleNames>(error);
    if (!meant) {
        const std::string near = nearest(name, names_in(all));
        error.message += ", and no module of that name is installed" +
                         (near.empty() ? "" : "; did you mean " + quote(near) + "?");
        error.code = ErrorCode::NotFound;
    } else if (std::ranges::find(meant.value(), name) == meant.value().end()) {
        error.code = ErrorCode::NotFound;
        error.message =
            fmt::format("{} is not a module but an alias of {}: an unload takes names of modules",
                        quote(name), join(meant.value()));
        error.facts.module = meant.value().front();
    } else if (const auto file = catalog.value().find(name); file && file.value().built_in) {
        UnloadRefusal built_in;
        built_in.module = name;
        built_in.state = LoadState::BuiltIn;
        return error_of(diagnose_unload(built_in));
    }
    return error;
}

Error Unloader::refusal(const ModuleName &name, int error) const {
    UnloadRefusal refusal;
    if (auto module = loaded_.find(name))
        refusal = facts(*module, error);
    refusal.module = name;
    refusal.error = error;
    refusal.state = loaded_.state(name);
    const auto kernel = KernelState::read();
    refusal.modules_disabled = kernel.modules_disabled;
    refusal.kernel_has_crashed = kernel.has_crashed;
    return explain(std::move(refusal));
}

Result<void> Unloader::unload_one(const ModuleName &name, const UnloadRequest &request,
                                  const JobHooks &hooks) const {
    if (const auto command = remove_command(places_, name); !command.text.empty())
        return run_remove_command(command, hooks);
    WatchedCalls calls(calls_, hooks);
    const auto deadline = Clock::now() + std::chrono::microseconds(request.wait_us);
    const unsigned flags = O_NONBLOCK | (request.force ? O_TRUNC : 0);
    for (unsigned refusals = 0;;) {
        const int error = calls.remove(name, flags);
        if (error == 0)
            return {};
        const bool is_busy = error == EWOULDBLOCK || error == EBUSY;
        if (!is_busy || request.wait_us == 0)
            return refusal(name, error);
        // A count that falls is worth asking at once; one that goes up and down is not worth asking
        // again and again.
        const auto not_before = Clock::now() + (++refusals == 1 ? pause : between_refusals);
        if (auto waited = wait_until_free(name, not_before, deadline, hooks); !waited) {
            if (waited.error().code == ErrorCode::Timeout)
                return Error{ErrorCode::Timeout,
                             refusal(name, error).message + "; the wait for it timed out"};
            return waited;
        }
    }
}

// Each refusal makes a record, so the kernel is asked only after the count has fallen. Timeout: it
// has not; the message is internal.
Result<void> Unloader::wait_until_free(const ModuleName &name, Clock::time_point not_before,
                                       Clock::time_point deadline, const JobHooks &hooks) const {
    for (;;) {
        const auto now = Clock::now();
        if (now >= deadline)
            return Error{ErrorCode::Timeout, {}};
        if (hooks.canceled && hooks.canceled())
            return canceled(name);
        std::this_thread::sleep_for(std::min<Clock::duration>(pause, deadline - now));
        const auto module = loaded_.find(name);
        if (!module || (module->references == 0 && Clock::now() >= not_before))
            return {};
    }
}

Result<void> Unloader::run_remove_command(const ModuleCommand &command,
                                          const JobHooks &hooks) const {
    const CommandLimits limits{hooks.command_timeout, hooks.canceled};
    const auto end = run_command(command, limits);
    if (end.how == CommandEnd::How::Exited && loaded_.state(command.module) == LoadState::Absent)
        return {};
    return command_failure(command, limits, end);
}

class Unloader::Performance final : public UnloadSteps {
  public:
    Performance(const Unloader &unloader, const UnloadRequest &request, const JobHooks &hooks,
                JobOutcome &outcome)
        : unloader_(unloader), request_(request), hooks_(hooks), outcome_(outcome),
          keeper_(unloader.keeper()) {}

    bool unload_named(const ModuleName &name) override {
        if (is_canceled()) {
            outcome_.failures.emplace_back(canceled(name));
            return false;
        }
        if (hooks_.started)
            hooks_.started(name);
        auto done = unloader_.unload_one(name, request_, hooks_);
        if (hooks_.ended)
            hooks_.ended(name);
        if (done)
            outcome_.modules.push_back(name);
        else
            outcome_.failures.emplace_back(done.error());
        return static_cast<bool>(done);
    }
    bool unload_unused(const ModuleName &name) override {
        // it may be in use again
        const bool done{unloader_.unload_one(name, {{name}, false, false, false, 0}, hooks_)};
        if (done)
            outcome_.modules.push_back(name);
        return done;
    }
    bool is_unused(const ModuleName &name) override {
        const auto module = unloader_.loaded_.find(name);
        return module && module->references == 0 && !module->permanent && !is_canceled() &&
               !keeper_.keeps(name);
    }
    ModuleNames uses(const ModuleName &name) override { return unloader_.loaded_.uses(name); }
    SoftNeighbours beside(const ModuleName &name) override {
        return soft_neighbours(unloader_.places_, unloader_.loaded_, name);
    }

  private:
    bool is_canceled() const { return hooks_.canceled && hooks_.canceled(); }

    const Unloader &unloader_;
    const UnloadRequest &request_;
    const JobHooks &hooks_;
    JobOutcome &outcome_;
    UnloadKeeper keeper_;
};

class Unloader::Rehearsal final : public UnloadSteps {
  public:
    explicit Rehearsal(const Unloader &unloader) : unloader_(unloader), keeper_(unloader.keeper()) {
        for (auto &module : unloader.loaded_.list())
            all_.emplace(module.name, std::move(module));
    }

    bool unload_named(const ModuleName &name) override {
        plan_.modules.push_back(name);
        all_.erase(name);
        return true;
    }
    bool unload_unused(const ModuleName &name) override { return unload_named(name); }
    bool is_unused(const ModuleName &name) override {
        const auto found = all_.find(name);
        if (found == all_.end() || found->second.permanent)
            return false;
        const auto &module = found->second;
        const auto gone = std::ranges::count_if(
            module.used_by, [&](const auto &user) { return !all_.contains(user); });
        return module.references <= static_cast<std::uint32_t>(gone) && !keeper_.keeps(name);
    }
    ModuleNames uses(const ModuleName &name) override { return unloader_.loaded_.uses(name); }
    SoftNeighbours beside(const ModuleName &name) override {
        return soft_neighbours(unloader_.places_, unloader_.loaded_, name);
    }
    UnloadPlan take() {
        plan_.kept = keeper_.take_kept();
        plan_.knows_purposes = keeper_.knows();
        return std::move(plan_);
    }

  private:
    const Unloader &unloader_;
    UnloadKeeper keeper_;
    Modules all_;
    UnloadPlan plan_;
};

Result<UnloadPlan> Unloader::plan(const UnloadRequest &request) const {
    const auto order = TRY(this->order(request));
    Rehearsal rehearsal(*this);
    run_course(rehearsal, order, request.with_unused_dependencies);
    return rehearsal.take();
}

JobOutcome Unloader::unload(const UnloadRequest &request, const JobHooks &given) const {
    const JobHooks hooks = serialized(given);
    JobOutcome outcome;
    auto order = this->order(request);
    if (!order) {
        outcome.failures.emplace_back(order.error());
        return outcome;
    }
    if (hooks.planned)
        hooks.planned(order.value().size());
    Performance performance(*this, request, hooks, outcome);
    run_course(performance, order.value(), request.with_unused_dependencies);
    return outcome;
}

} // namespace mk
