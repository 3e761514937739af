// SPDX-License-Identifier: GPL-2.0-only
#include "journal/budget.hpp"

#include <algorithm>

namespace mk::journal {

namespace {

using driver::EventKind;

// More modules than can be refused at a time.
constexpr std::size_t modules_max = 256;

// A request whose maker is root may still be for a user who runs a helper with more rights, such as
// mount.
bool is_anybodys(const driver::PolicyDecision &decision) {
    return decision.gate == driver::PolicyGate::Request ||
           (decision.link != driver::Link::None && decision.request_uid != 0);
}

// A system call without the right to it, which the driver marks, or a load that the kernel requests
// on behalf of a user.
bool is_anybodys(const driver::Event &event) {
    if (const auto *decision = event.as<driver::PolicyDecision>())
        return event.anybody || is_anybodys(*decision);
    const auto *change = event.as<driver::ModuleEvent>();
    return event.anybody || (change && event.kind == EventKind::LoadFailed &&
                             change->link != driver::Link::None && change->request_uid != 0);
}

} // namespace

double Budget::Bucket::tokens(Clock::time_point now) const {
    if (filled_ == Clock::time_point{})
        return tokens_;
    const std::chrono::duration<double> since = now - filled_;
    return std::min(rate_.burst, tokens_ + since.count() * rate_.per_second);
}

bool Budget::Bucket::take(Clock::time_point now) {
    tokens_ = tokens(now);
    filled_ = now;
    if (tokens_ < 1)
        return false;
    tokens_ -= 1;
    return true;
}

bool Budget::Bucket::is_full(Clock::time_point now) const {
    return tokens(now) >= rate_.burst;
}

Budget::Bucket &Budget::of_module(const std::string &module, Clock::time_point now) {
    if (refusals_.size() >= modules_max)
        std::erase_if(refusals_, [&](const auto &one) { return one.second.is_full(now); });
    if (refusals_.size() >= modules_max)
        return anybody_;
    return refusals_.try_emplace(module, of_refusals).first->second;
}

bool Budget::allows(const driver::Event &event, Clock::time_point now) {
    if (is_anybodys(event))
        return anybody_.take(now);
    // A module in use can be refused again and again to anybody who may unload it.
    if (event.kind == EventKind::UnloadRefused)
        return of_module(std::string(driver::module_of(event)), now).take(now);
    // A script may run a tool in a loop.
    if (event.kind == EventKind::ToolFailed)
        return tools_.take(now);
    return loads_.take(now);
}

} // namespace mk::journal
