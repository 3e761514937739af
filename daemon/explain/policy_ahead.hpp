// SPDX-License-Identifier: GPL-2.0-only
// What the policy in the driver would say of a load, before anything is loaded for it.
#pragma once

#include <optional>
#include <string>

#include "base/module_name.hpp"
#include "driver_client/policy_device.hpp"
#include "explain/job_outcome.hpp"

namespace mk {

// A load by root of the module @name from the file @path ("": none is known, and it is taken for a
// signed module of the kernel). What only the kernel can find out is taken for good: that it trusts
// the key of a signature.
driver::PolicyQuestion question_about_load(const ModuleName &name, const std::string &path,
                                           const std::string &parameters);

// The refusal that the load would end with; nothing: it would not be denied, or there is no driver
// or no policy to ask. @client: for whom the daemon loads it.
std::optional<LoadRefusal> denied_ahead(const ModuleName &name, const std::string &path,
                                        const std::string &parameters,
                                        const std::optional<JobCaller> &client);

} // namespace mk
