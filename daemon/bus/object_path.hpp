// SPDX-License-Identifier: GPL-2.0-only
// Paths and interfaces on the bus.
#pragma once

#include <string>
#include <string_view>

#include "base/module_name.hpp"

namespace mk::bus {

inline constexpr const char *service_name = "org.modkeeper1";
inline constexpr const char *root_path = "/org/modkeeper1";
inline constexpr const char *module_prefix = "/org/modkeeper1/module";
inline constexpr const char *job_prefix = "/org/modkeeper1/job";
inline constexpr const char *manager_interface = "org.modkeeper1.Manager";
inline constexpr const char *recorder_interface = "org.modkeeper1.Recorder";
inline constexpr const char *configuration_interface = "org.modkeeper1.Configuration";
inline constexpr const char *policy_interface = "org.modkeeper1.Policy";
inline constexpr const char *job_interface = "org.modkeeper1.Job";
inline constexpr const char *module_interface = "org.modkeeper1.Module";

std::string module_path(const ModuleName &name);

// The module's name, empty when @path is not what module_path() makes of one.
ModuleName module_of_path(const char *path);

// For callers that ask many times about one object before the next.
class ObjectName {
  public:
    // Valid until the next call.
    const ModuleName &of(const char *path);

  private:
    std::string path_;
    ModuleName name_;
};

} // namespace mk::bus
