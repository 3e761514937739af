// SPDX-License-Identifier: GPL-2.0-only
// Question to polkit: an action and, as its details, the whole request. Rules decide by the details
// and people read them, so each field of a request is either in them or left out here on purpose: a
// new field does not compile until it is handled.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/set_parameter.hpp"
#include "driver_client/event_filter.hpp"
#include "driver_client/policy_device.hpp"
#include "job/job_request.hpp"
#include "policy/local_rules.hpp"

namespace mk::bus {

struct Question {
    std::string action;
    // "request" is a sentence without its subject, for people: "load the kernel module dummy". A
    // text that is not plain printable ASCII is quoted, with its bytes as \xNN. Names of modules
    // and parameters have the kernel's spelling, however they were typed.
    std::map<std::string, std::string> details;

    bool operator==(const Question &) const = default;
};

Question question_of(const JobRequest &request);
// The same for a caller who wants to stop it.
Question cancel_question_of(const JobRequest &request);
// For a value in the kernel, for one of the next load, or both: each has an action of its own.
std::vector<Question> questions_of(const SetRequest &request);
// @verb: "unset".
Question unset_question_of(const std::string &module, const std::string &parameter);
// @verb: "enable", "disable", "mask", "unmask".
Question choice_question_of(const std::string &verb, const std::vector<std::string> &modules,
                            bool force);
Question question_of(const driver::EventFilter &filter);

// What loads or requests are to be let in for a while.
struct AllowRequest {
    std::vector<std::string> names; // patterns
    driver::PermissionWish wish;    // but for the name
};
Question question_of(const AllowRequest &request);
Question revoke_question_of(std::uint64_t permission);
// On trial for so many seconds; 0: for good.
Question apply_question_of(int trial_seconds);
Question mode_question_of(driver::PolicyGate gate, driver::PolicyMode mode);
Question trial_question_of(driver::TrialEnd end);
// A rule that denies, for good or until a day.
Question deny_question_of(const policy::NewRule &rule);
Question revoke_rules_question_of(const std::vector<std::string> &names_or_ids);
Question seal_question();
// Rules may be in files that only root reads.
Question read_policy_question();

} // namespace mk::bus
