// SPDX-License-Identifier: GPL-2.0-only
#include "explain/why_without_record.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/driver_absence.hpp"
#include "explain/meant_module.hpp"
#include "explain/without_record.hpp"
#include "kmod/catalog.hpp"
#include "preflight/preflight.hpp"

namespace mk {

namespace {

Traces traces_of(const std::string &path) {
    Traces traces;
    traces.kernel = KernelState::read();
    if (auto log = read_kernel_messages())
        traces.log = log.take();
    auto preflight = Preflight::create({});
    if (!path.empty() && preflight) {
        PreflightRequest request;
        request.path = path;
        traces.checks = preflight.value().check(request);
    }
    return traces;
}

// Of the last refusal that the kernel's log shows.
Result<Why> last_without_record(const Error &no_record) {
    auto traces = traces_of("");
    const auto refusal = last_refusal_in(traces.log);
    if (!refusal)
        return Error{no_record.code,
                     no_record.message +
                         "; without it, the kernel's log shows no load that failed"};
    Why why;
    why.no_driver = explain_driver_absence(no_record);
    why.history.module = refusal->module;
    why.diagnosis = diagnose_lines(refusal->module, refusal->lines, traces.kernel);
    return why;
}

} // namespace

Result<Why> why_without_record(const WhyQuestion &question, const Error &no_record) {
    if (no_record.code != ErrorCode::DriverUnavailable)
        return no_record;
    if (question.record || question.pid)
        return Error{no_record.code,
                     fmt::format("{}; a process and a record are known to the driver only: without "
                                 "it, ask for the module (modkeeper why NAME)",
                                 sentence_of(explain_driver_absence(no_record)))};
    if (question.target.empty())
        return last_without_record(no_record);
    TRY(check_load_target(question.target));
    auto catalog = Catalog::create({}, NearNames::LookedFor);
    Why why;
    std::string path;
    if (is_path(question.target)) {
        why.history.module = TRY(describe_file(question.target)).name;
        path = question.target;
    } else {
        why.history.module = meant_by(question.target, catalog, {});
        const auto file =
            catalog ? catalog.value().find(question.target) : Result<ModuleFile>(catalog.error());
        path = file ? file.value().path : "";
    }
    const auto &name = why.history.module;
    why.state = LoadedModules().state(name);
    if (!is_in_kernel(why.state) && path.empty())
        return never_seen(question.target, name, why.state, catalog);
    why.no_driver = explain_driver_absence(no_record);
    if (catalog && is_in_kernel(why.state))
        why.devices = candidate_devices(catalog.value(), name);
    if (is_in_kernel(why.state))
        return why;
    why.configured = obstacles_of(catalog, name);
    why.diagnosis = diagnose_traces(name, traces_of(path));
    return why;
}

} // namespace mk
