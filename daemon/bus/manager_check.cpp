// SPDX-License-Identifier: GPL-2.0-only
// Checks of requests that must fail whoever authorises them, before polkit asks a person: names
// that match no module, parameters that a module does not take. The index, which the loop has at
// hand, tells which requests need a closer check; files are opened in a process of its own.
#include <algorithm>
#include <functional>
#include <utility>

#include "base/module_name.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_result_codec.hpp"
#include "job/request_check.hpp"

namespace mk::bus {

namespace {

// Finding out that no module has an alias takes a millisecond.
constexpr std::size_t looked_up_here_max = 4;

// A suggestion for an unknown name is worth reading all names.
std::optional<Error> find_fault(Planner &planner, const LoadRequest &request) {
    auto fault = fault_in(planner, request, ToldTo::Everybody);
    if (!fault || fault->code != ErrorCode::NotFound)
        return fault;
    auto telling = planner.telling_all();
    return fault_in(telling, request, ToldTo::Everybody);
}

} // namespace

bool ManagerObject::may_have_fault(const LoadRequest &request) {
    // A named file is not opened for a caller who may not be authorised.
    if (std::any_of(request.targets.begin(), request.targets.end(), is_path))
        return false;
    if (!request.parameters.empty())
        return true;
    LoadRequest unlisted = request;
    std::erase_if(unlisted.targets,
                  [&](const auto &target) { return parts_.planner.is_listed(ModuleName(target)); });
    if (unlisted.targets.empty() || unlisted.targets.size() > looked_up_here_max)
        return !unlisted.targets.empty();
    return fault_in(parts_.planner, unlisted, ToldTo::Everybody).has_value();
}

void ManagerObject::look_for_fault(sd_bus_message *message, const LoadRequest &request,
                                   std::function<void()> ask) {
    const auto *caller = parts_.callers.find(message);
    if (!caller)
        return reply_error(message, {ErrorCode::NotAuthorized, "the caller has left the bus"});
    parts_.background.run(
        {caller->account, false},
        // The process has a copy of the planner, with the index in hand.
        [&planner = parts_.planner, request] {
            const auto fault = find_fault(planner, request);
            return encode_answer(fault ? Result<Answer>(*fault) : Answer{});
        },
        [call = keep(message), ask = std::move(ask)](const Result<std::string> &bytes) {
            const auto looked = bytes ? decode_answer(bytes.value()) : Answer{};
            // A check that did not complete refuses nothing.
            if (looked || looked.error().code == ErrorCode::Failed)
                return ask();
            reply_error(call.get(), looked.error());
        });
}

} // namespace mk::bus
