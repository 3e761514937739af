// SPDX-License-Identifier: GPL-2.0-only
#include "job/reloader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errno_text.hpp"
#include "base/file_identity.hpp"
#include "base/module_name.hpp"
#include "job/watched_calls.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

// The whole is one job: its parts do not report how many modules they have.
JobHooks without_count(const JobHooks &hooks) {
    JobHooks result = hooks;
    result.planned = nullptr;
    return result;
}

// Restoring the old state is carried through.
JobHooks without_cancel(const JobHooks &hooks) {
    JobHooks result = without_count(hooks);
    result.canceled = nullptr;
    return result;
}

bool is_canceled(const JobHooks &hooks) {
    return hooks.canceled && hooks.canceled();
}

Error canceled(const ModuleName &name) {
    return {ErrorCode::Canceled, fmt::format("the reload of module {} was canceled", name)};
}

// The owner of the directory must not choose what somebody else reloads.
Result<void> check_same(const ModuleName &name, const LoadedAs &loaded_as) {
    if (loaded_as.file && identity_of(loaded_as.path) == loaded_as.file)
        return {};
    return Error{ErrorCode::Failed,
                 fmt::format("the file {} that module {} was loaded from has since been changed, "
                             "replaced or removed; name the file to load it anyway",
                             quote(loaded_as.path), name)};
}

} // namespace

Result<void> check_request(const ReloadRequest &request) {
    TRY(check_name(request.name));
    if (!request.path.empty() && !is_path(request.path))
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the file {} is not an absolute path", quote(request.path))};
    if (!request.path.empty())
        TRY(check_load_target(request.path));
    return check_parameter_syntax(request.parameters);
}

LoadRequest load_request_of(const ReloadRequest &request) {
    LoadRequest load;
    auto path = request.path;
    if (auto known = request.loaded_as.find(request.name);
        path.empty() && known != request.loaded_as.end())
        path = known->second.path;
    load.targets = {path.empty() ? request.name : path};
    load.parameters = request.parameters;
    // Somebody has loaded it, so it is wanted.
    load.ignore_blacklist = true;
    return load;
}

Result<void> Reloader::check_files(const ReloadRequest &request) const {
    for (const auto &[name, loaded_as] : request.loaded_as)
        if (!loaded_as.path.empty() && (name != request.name || request.path.empty()))
            TRY(check_same(name, loaded_as));
    const auto path = load_request_of(request).targets.front();
    if (!is_path(path))
        return {};
    const auto file = describe_file(path);
    if (!file)
        return file.error();
    if (file.value().name == request.name)
        return {};
    return Error{ErrorCode::BadFormat,
                 fmt::format("module {} was not reloaded: the file {} is module {}", request.name,
                             quote(path), quote(file.value().name))};
}

// As it was loaded, or, if nobody saw that, as modprobe.d says.
Result<void> Reloader::put_back(const ModuleName &name, const ReloadRequest &request,
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
    if (!path.empty()) {
        TRY(check_same(name, known->second));
    } else {
        auto catalog = TRY(Catalog::create(places_, NearNames::LookedFor));
        auto file = TRY(catalog.find(name));
        path = file.path;
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

void Reloader::put_back_all(const ModuleNames &names, const ReloadRequest &request,
                            const JobHooks &hooks, JobOutcome &outcome) {
    // The last unloaded module is loaded first.
    for (auto name = names.rbegin(); name != names.rend(); ++name)
        (put_back(*name, request, hooks) ? outcome.undone : outcome.left).push_back(*name);
}

void Reloader::put_users_back(const ModuleNames &users, const ReloadRequest &request,
                              const JobHooks &hooks, JobOutcome &outcome) {
    for (auto user = users.rbegin(); user != users.rend() && !is_canceled(hooks); ++user) {
        auto back = put_back(*user, request, hooks);
        if (!back) {
            outcome.left.push_back(*user);
            outcome.failures.emplace_back(Error{
                ErrorCode::Failed,
                fmt::format("module {} was loaded again, but module {}, which used it, was not: {}",
                            request.name, *user, back.error().message)});
            continue;
        }
        outcome.modules.push_back(*user);
        outcome.loaded.push_back(*user);
        if (auto known = request.loaded_as.find(*user);
            known != request.loaded_as.end() && known->second.file)
            outcome.files.push_back({*user, known->second.path, *known->second.file});
    }
}

void Reloader::take_back(const ModuleNames &gone, const ReloadRequest &request,
                         const JobHooks &hooks, JobOutcome &outcome) {
    outcome = {};
    outcome.failures.emplace_back(canceled(request.name));
    auto unloaded = unloader_.unload({{request.name}, true, false, false, request.wait_us},
                                     without_cancel(hooks));
    if (unloaded.failures.empty())
        put_back_all(gone, request, hooks, outcome);
    else // it stays as it is now; its users may be missing
        put_back_all(unloaded.modules, request, hooks, outcome);
}

JobOutcome Reloader::reload(const ReloadRequest &request, const JobHooks &hooks) {
    JobOutcome outcome;
    const auto fail = [&](Error error) {
        outcome.failures.emplace_back(std::move(error));
        return outcome;
    };
    // Everything that can be known to fail is checked before the old module is unloaded.
    if (auto checked = check_files(request); !checked)
        return fail(checked.error());
    const auto load = load_request_of(request);
    if (auto checked = loader_.check(load); !checked)
        return fail(checked.error());
    auto anew = load;
    anew.ignore_loaded = true;
    if (auto refusal = loader_.denied(anew)) {
        outcome.failures.emplace_back(std::move(*refusal));
        return outcome;
    }
    UnloadRequest unload{{request.name}, true, false, false, request.wait_us};
    auto order = unloader_.order(unload);
    if (!order)
        return fail(order.error());
    if (hooks.planned)
        hooks.planned(2 * order.value().size());
    auto gone = unloader_.unload(unload, without_count(hooks));
    if (!gone.failures.empty()) {
        outcome.failures = std::move(gone.failures);
        put_back_all(gone.modules, request, hooks, outcome);
        return outcome;
    }
    // The wait for the last user may have been long.
    const auto same = check_files(request);
    auto loaded = same ? loader_.load(load, without_count(hooks)) : JobOutcome{};
    if (!same)
        loaded.failures.emplace_back(same.error());
    if (!loaded.failures.empty()) {
        outcome.failures = std::move(loaded.failures);
        put_back_all(gone.modules, request, hooks, outcome);
        return outcome;
    }
    outcome.modules = std::move(loaded.modules);
    outcome.loaded = std::move(loaded.loaded);
    outcome.files = std::move(loaded.files);
    const ModuleNames users(gone.modules.begin(), gone.modules.end() - 1);
    put_users_back(users, request, hooks, outcome);
    if (is_canceled(hooks))
        take_back(gone.modules, request, hooks, outcome);
    return outcome;
}

} // namespace mk
