// SPDX-License-Identifier: GPL-2.0-only
// Refusal of what cannot be done whoever allows it, before polkit asks a person: names that lead
// nowhere, parameters that a module does not take. The index, which the loop has in hand, says
// which requests need a closer look; files are opened in a process of its own.
#include <algorithm>
#include <utility>

#include "base/module_name.hpp"
#include "bus/bus_error.hpp"
#include "bus/manager_object.hpp"
#include "bus/task_result_codec.hpp"
#include "job/request_check.hpp"

namespace mk::bus {

namespace {

// To find out that no module has an alias takes a millisecond.
constexpr std::size_t looked_up_here_max = 4;

// What is near a name that is not there is worth reading all of them.
std::optional<Error> find_fault(Planner &planner, const LoadRequest &request) {
    auto fault = fault_in(planner, request, ToldTo::Everybody);
    if (!fault || fault->code != ErrorCode::NotFound)
        return fault;
    auto telling = planner.telling_all();
    return fault_in(telling, request, ToldTo::Everybody);
}

} // namespace

bool ManagerObject::may_have_fault(const LoadRequest &request) {
    // A file that was named is not opened for whom it may not be.
    if (std::any_of(request.targets.begin(), request.targets.end(), is_path))
        return false;
    if (!request.parameters.empty())
        return true;
    LoadRequest unlisted = request;
    std::erase_if(unlisted.targets,
                  [&](const auto &target) { return parts_.planner.is_listed(target); });
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
            // Nobody is refused for a look that did not come off.
            if (looked || looked.error().code == ErrorCode::Failed)
                return ask();
            reply_error(call.get(), looked.error());
        });
}

} // namespace mk::bus
