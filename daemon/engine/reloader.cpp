// SPDX-License-Identifier: GPL-2.0-only
#include "engine/reloader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/errno_text.hpp"
#include "engine/module_name.hpp"
#include "engine/parameters.hpp"
#include "engine/watched_calls.hpp"

namespace mk::engine {

namespace {

// The whole is one job: its parts do not tell how many modules they are about.
JobHooks without_count(const JobHooks &hooks) {
    JobHooks result = hooks;
    result.planned = nullptr;
    return result;
}

// Once the module is gone there is only one way: to have it back, in whichever form.
JobHooks without_cancel(const JobHooks &hooks) {
    JobHooks result = without_count(hooks);
    result.canceled = nullptr;
    return result;
}

} // namespace

Result<void> check_request(const ReloadRequest &request) {
    if (auto checked = check_name(request.name); !checked)
        return checked;
    if (!request.path.empty())
        if (auto checked = check_load_target(request.path); !checked)
            return checked;
    return check_parameter_syntax(request.parameters);
}

LoadRequest Reloader::load_request(const ReloadRequest &request) {
    LoadRequest load;
    auto path = request.path;
    if (auto known = request.loaded_as.find(request.name);
        path.empty() && known != request.loaded_as.end())
        path = known->second.path;
    load.targets = {path.empty() ? request.name : path};
    load.parameters = request.parameters;
    // Whoever has it loaded wants it.
    load.ignore_blacklist = true;
    return load;
}

// As it was loaded, or where nobody saw that, as modprobe.d says.
Result<void> Reloader::put_back(const std::string &name, const ReloadRequest &request,
                                const JobHooks &hooks) {
    auto known = request.loaded_as.find(name);
    if (known == request.loaded_as.end() || !known->second.is_known) {
        LoadRequest load;
        load.targets = {name};
        load.ignore_blacklist = true;
        auto outcome = loader_.load(load, without_cancel(hooks));
        if (outcome.failures.empty())
            return {};
        const auto *error = std::get_if<Error>(&outcome.failures.front());
        return error ? *error
                     : Error{ErrorCode::Failed,
                             errno_text(std::get<LoadRefusal>(outcome.failures.front()).error)};
    }
    auto path = known->second.path;
    if (path.empty()) {
        auto catalog = Catalog::create(places_);
        if (!catalog)
            return catalog.error();
        auto file = catalog.value().find(name);
        if (!file)
            return file.error();
        path = file.value().path;
    }
    if (hooks.started)
        hooks.started(name);
    const auto answer =
        WatchedCalls(calls_, hooks).insert({name, path, known->second.parameters, false, false});
    if (hooks.ended)
        hooks.ended(name);
    if (!answer)
        return answer.error();
    if (answer.value() == 0)
        return {};
    return Error{ErrorCode::Failed, errno_text(answer.value())};
}

void Reloader::put_back_all(const std::vector<std::string> &names, const ReloadRequest &request,
                            const JobHooks &hooks, JobOutcome &outcome) {
    // The last that went comes back first.
    for (auto name = names.rbegin(); name != names.rend(); ++name)
        (put_back(*name, request, hooks) ? outcome.undone : outcome.left).push_back(*name);
}

JobOutcome Reloader::reload(const ReloadRequest &request, const JobHooks &hooks) {
    JobOutcome outcome;
    auto name = canonical_name(request.name);
    auto load = load_request(request);
    // What can be known to go wrong with the new one is known before the old one goes.
    if (auto checked = loader_.check(load); !checked) {
        outcome.failures.emplace_back(checked.error());
        return outcome;
    }
    UnloadRequest unload{{name}, true, false, false, request.wait_us};
    auto order = unloader_.order(unload);
    if (!order) {
        outcome.failures.emplace_back(order.error());
        return outcome;
    }
    if (hooks.planned)
        hooks.planned(2 * order.value().size());
    auto gone = unloader_.unload(unload, without_count(hooks));
    if (!gone.failures.empty()) {
        outcome.failures = std::move(gone.failures);
        put_back_all(gone.modules, request, hooks, outcome);
        return outcome;
    }
    auto loaded = loader_.load(load, without_cancel(hooks));
    if (!loaded.failures.empty()) {
        outcome.failures = std::move(loaded.failures);
        put_back_all(gone.modules, request, hooks, outcome);
        return outcome;
    }
    outcome.modules = loaded.modules;
    auto users = gone.modules; // the module itself is the last
    users.pop_back();
    for (auto user = users.rbegin(); user != users.rend(); ++user) {
        auto back = put_back(*user, request, hooks);
        if (back) {
            outcome.modules.push_back(*user);
            continue;
        }
        outcome.left.push_back(*user);
        outcome.failures.emplace_back(
            Error{ErrorCode::Failed,
                  fmt::format("module {} was loaded anew, but not module {}, which used it: {}",
                              name, *user, back.error().message)});
    }
    return outcome;
}

} // namespace mk::engine
