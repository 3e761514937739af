// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/configured_parameters.hpp"

#include <fmt/format.h>

#include "kmod/line_origin.hpp"

namespace mk {

namespace {

// A shell would expand it; modprobe does not.
bool has_variable(std::string_view value) {
    const auto sign = value.find('$');
    if (sign == std::string_view::npos || sign + 1 == value.size())
        return false;
    const char next = value[sign + 1];
    return next == '{' || next == '(' || next == '_' || (next >= 'A' && next <= 'Z') ||
           (next >= 'a' && next <= 'z');
}

class Judge {
  public:
    Judge(const CatalogPlaces &places, const ModuleFile &module, const std::string &configured)
        : module_(module), configured_(configured), options_(split_assignments(configured)),
          modprobe_(options_.empty() ? ModprobeConfiguration()
                                     : ModprobeConfiguration::read_for(places)) {}

    std::vector<ParameterProblem> judge() const {
        std::vector<ParameterProblem> problems;
        for (std::size_t i = 0; i < options_.size(); ++i) {
            const auto found = parameter_problems(module_, {to_argument(options_[i])});
            const auto origin = option_origin(modprobe_, module_.name, options_[i]);
            if (!found.empty())
                problems.push_back(problem_of(i, found.front(), origin));
            else if (options_[i].has_value && has_variable(options_[i].value))
                problems.push_back({Severity::Warning, variable_in(options_[i], origin)});
        }
        return problems;
    }

  private:
    ParameterProblem problem_of(std::size_t index, const ParameterProblem &found,
                                const Origin &origin) const {
        const bool is_unknown = found.error.code == ErrorCode::UnknownParameter;
        if (!origin.is_public)
            return {is_unknown ? Severity::Warning : found.severity,
                    hidden(found.error.code, origin,
                           is_unknown ? "that it does not have, and the kernel ignores it"
                                      : "to an invalid value")};
        std::string more = is_unknown ? ", and the kernel passes over it" : "";
        if (index + 1 < options_.size() && !options_[index].has_value &&
            configured_.find(" =") != std::string::npos)
            more += ": no blank is allowed next to the equals sign";
        return {is_unknown ? Severity::Warning : found.severity,
                Error{found.error.code,
                      fmt::format("{}; {} sets it{}", found.error.message, origin.text(), more)}};
    }

    // Failures are reported to more people than may read every file. The text in place of a
    // parameter's name may be a part of a secret that has a blank in it.
    Error hidden(ErrorCode code, const Origin &origin, std::string_view how) const {
        return {code, fmt::format("{} sets a parameter of module {} {}; only users who may read "
                                  "that file are told which",
                                  origin.text(), module_.name, how)};
    }

    Error variable_in(const Assignment &option, const Origin &origin) const {
        if (!origin.is_public)
            return hidden(ErrorCode::BadParameter, origin,
                          "to a variable, and modprobe does not expand variables");
        return {ErrorCode::BadParameter,
                fmt::format("parameter {} of module {} is set to the literal text \"{}\", as "
                            "modprobe does not expand variables; {} sets it",
                            option.name, module_.name, option.value, origin.text())};
    }

    const ModuleFile &module_;
    const std::string &configured_;
    std::vector<Assignment> options_;
    ModprobeConfiguration modprobe_;
};

} // namespace

std::vector<ParameterProblem> configured_problems(const CatalogPlaces &places,
                                                  const ModuleFile &module,
                                                  const std::string &configured) {
    return Judge(places, module, configured).judge();
}

Result<void> check_configured(const CatalogPlaces &places, const ModuleFile &module,
                              const std::string &configured) {
    for (auto &problem : configured_problems(places, module, configured))
        if (problem.severity == Severity::Fails)
            return std::move(problem.error);
    return {};
}

} // namespace mk
