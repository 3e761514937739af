// SPDX-License-Identifier: GPL-2.0-only
#include "cli/early_check.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "cli/commands/policy/rule_place.hpp"
#include "elf/build_id.hpp"
#include "elf/decompress.hpp"
#include "elf/elf_check.hpp"
#include "explain/explain_load.hpp"
#include "explain/policy_ahead.hpp"
#include "job/loader.hpp"
#include "job/planner.hpp"
#include "job/reloader.hpp"
#include "job/request_check.hpp"
#include "kmod/module_index.hpp"
#include "kmod/places.hpp"
#include "system/process_place.hpp"

namespace mk::cli {

namespace {

bool is_there(const std::string &path) {
    const auto checked = check_file(path);
    return checked || checked.error().code != ErrorCode::NotFound;
}

// A name in the index is found, and checking that needs no libkmod.
bool are_there(const std::vector<std::string> &targets) {
    ModuleNames names;
    for (const auto &target : targets)
        if (!is_path(target))
            names.emplace_back(target);
        else if (!is_there(target))
            return false;
    return names.empty() || are_listed("/lib/modules/" + ConfigurationPlaces{}.release(), names);
}

Result<void> look(const LoadRequest &request) {
    if (request.parameters.empty() && are_there(request.targets))
        return {};
    Planner planner;
    if (auto fault = fault_in(planner, request, ToldTo::Caller))
        return std::move(*fault);
    return {};
}

// This process, as the daemon will see it.
JobCaller client() {
    JobCaller client;
    client.uid = geteuid();
    client.login_uid = login_uid_in("/proc/self");
    client.is_in_container = is_in_container("/proc/self");
    return client;
}

// The daemon asks the policy too, but does not know where its rules are written.
Result<void> ask_policy(const LoadRequest &request) {
    const auto device = driver::Device::open();
    if (!device || !driver::is_enforced(device.value()))
        return {};
    Loader loader({}, LoadedModules(), ModuleCalls::real(), [](const PlanStep &step) {
        return denied_ahead(step.module, step.path, step.parameters.text(), client());
    });
    auto refusal = loader.denied(request);
    if (!refusal)
        return {};
    refusal->rule = place_in_force(refusal->rule);
    return error_of(diagnose_load(*refusal));
}

// Only the daemon may know from which file a module was loaded: the file in the index has the same
// parameters if it is of the same build.
bool is_file_known(const ReloadRequest &request) {
    if (!request.path.empty() || !LoadedModules().is_live(request.name))
        return true;
    auto catalog = Catalog::create();
    const auto path = catalog ? catalog.value().path_of(request.name) : "";
    auto bytes = path.empty() ? Error{} : read_unpacked(path);
    return bytes && of_one_build(identity_of_loaded("", request.name),
                                 identity_of_file(std::move(bytes.value())));
}

} // namespace

Result<void> check_early(const LoadRequest &request) {
    auto checked = check_request(request);
    if (!checked)
        return checked;
    auto once = request;
    once.targets = each_once(request.targets);
    TRY(look(once));
    return ask_policy(once);
}

Result<void> check_early(const ReloadRequest &request) {
    auto checked = check_request(request);
    if (!checked || (!request.parameters.empty() && !is_file_known(request)))
        return checked;
    return look(*load_of(request));
}

} // namespace mk::cli
