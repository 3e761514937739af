// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configured_parameters.hpp"

#include <fmt/format.h>

#include "engine/configuration/line_origin.hpp"
#include "engine/parameters.hpp"

namespace mk::engine {

namespace {

std::string what_is_wrong(const ModuleFile &module, const Assignment &option, const Origin &origin,
                          const Error &error) {
    // Failures are told to more people than may read every file.
    if (origin.is_public)
        return error.message;
    return fmt::format("parameter {} of module {} cannot be what it is set to", option.name,
                       module.name);
}

} // namespace

Result<void> check_configured(const CatalogPlaces &places, const ModuleFile &module,
                              const std::string &configured) {
    const auto options = split_assignments(configured);
    for (std::size_t i = 0; i < options.size(); ++i) {
        const auto &option = options[i];
        const auto text = option.has_value ? option.name + "=" + option.value : option.name;
        const auto checked = check_parameters(module, {text});
        if (checked || checked.error().code != ErrorCode::BadParameter)
            continue;
        const auto origin =
            option_origin(ModprobeConfiguration::read_for(places.config_dirs), module.name, option);
        const bool is_apart = !option.has_value && i + 1 < options.size() &&
                              configured.find(" =") != std::string::npos;
        return Error{ErrorCode::BadParameter,
                     fmt::format("{}; {} sets it so{}",
                                 what_is_wrong(module, option, origin, checked.error()),
                                 origin.text(),
                                 is_apart ? ": no blank may stand beside the equals sign" : "")};
    }
    return {};
}

} // namespace mk::engine
