// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/elf_object.hpp"
#include "kmod/parameter_setter.hpp"
#include "kmod/parameter_type.hpp"

namespace mk {

namespace {

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

// Accepted by the kernel for every module.
bool is_universal(std::string_view name) {
    return name == "async_probe" || name == "dyndbg";
}

// The module's own table of parameters, read if .modinfo does not decide: module_param_cb() and its
// like are not in there.
class Setters {
  public:
    explicit Setters(const std::string &path) : path_(path) {}

    ParameterSetter of(std::string_view parameter) {
        if (!is_read_ && !path_.empty())
            if (auto bytes = read_unpacked(path_, module_max))
                if (auto module = ElfObject::create(std::move(bytes.value())))
                    module_.emplace(std::move(module.value()));
        is_read_ = true;
        return module_ ? parameter_setter(*module_, parameter) : ParameterSetter{};
    }

  private:
    const std::string &path_;
    bool is_read_ = false;
    std::optional<ElfObject> module_;
};

Error unknown(const ModuleFile &module, std::string_view name) {
    std::vector<std::string> known;
    for (const auto &parameter : module.parameters)
        known.push_back(parameter.name);
    if (known.empty())
        return {ErrorCode::UnknownParameter,
                fmt::format("module {} has no parameter {}: it has no parameters", module.name,
                            quote(name))};
    auto near = nearest(name, known);
    std::sort(known.begin(), known.end());
    return {ErrorCode::UnknownParameter,
            fmt::format("module {} has no parameter {}{}; it knows {}", module.name, quote(name),
                        near.empty() ? "" : fmt::format("; did you mean {}?", near), join(known))};
}

} // namespace

Result<void> check_parameter_syntax(const std::vector<std::string> &parameters) {
    if (parameters.size() > parameters_max)
        return invalid(fmt::format("too many parameters: {}, at most {} are allowed",
                                   parameters.size(), parameters_max));
    std::size_t total = 0;
    for (const auto &text : parameters) {
        total += text.size() + 1;
        if (text.size() > parameter_bytes_max)
            return invalid(
                fmt::format("the parameter {} is too long: {} bytes, at most {} are allowed",
                            quote(text), text.size(), parameter_bytes_max));
        auto [name, value, has_value] = argument_of(text);
        if (name.empty())
            return invalid(fmt::format("{} is not a parameter: write name=value", quote(text)));
        auto in_name = [](char c) { return c > 0x20 && c < 0x7f && c != '"'; };
        if (!std::all_of(name.begin(), name.end(), in_name))
            return invalid(fmt::format("{} is not a valid parameter name", quote(name)));
        if (name.starts_with('-'))
            return invalid(fmt::format(
                "{} is not a valid parameter name: it begins with -, like an option", quote(name)));
        auto forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
        if (std::any_of(value.begin(), value.end(), forbidden))
            return invalid(
                fmt::format("the value of the parameter {} has a control character", quote(name)));
        if (value.find('"') != std::string_view::npos)
            return invalid(fmt::format("the value of the parameter {} has a double quote, which "
                                       "cannot be passed to the kernel",
                                       quote(name)));
    }
    if (total > parameters_bytes_max)
        return invalid(
            fmt::format("the parameters are too long together: {} bytes, at most {} are allowed",
                        total, parameters_bytes_max));
    return {};
}

namespace {

using Whose = ParameterSetter::Whose;

std::optional<ParameterProblem> problem_of(const ModuleFile &module, std::string_view text,
                                           Setters &setters) {
    const auto [name, value, has_value] = argument_of(text);
    const auto canonical = canonical_name(name);
    if (is_universal(canonical))
        return std::nullopt;
    const auto known =
        std::find_if(module.parameters.begin(), module.parameters.end(),
                     [&](const auto &one) { return is_same_name(one.name, canonical); });
    const bool is_declared = known != module.parameters.end();
    const std::string type = is_declared ? known->type : "";
    auto wanted = has_value ? value_problem(type, value) : missing_value(type);
    if (is_declared && has_value && wanted.empty())
        return std::nullopt;
    const auto setter = setters.of(canonical);
    if (!is_declared && setter.whose == Whose::Nobodys)
        return ParameterProblem{Severity::Fails, unknown(module, name)};
    auto severity = Severity::Fails;
    if (setter.whose == Whose::Modules && has_value)
        severity = Severity::Warning;
    else if (setter.whose == Whose::Modules)
        wanted = setter.may_lack_value ? "" : fmt::format("write {}=VALUE", name);
    if (wanted.empty())
        return std::nullopt;
    const auto which = fmt::format("parameter {} of module {}",
                                   is_declared ? known->name : canonical, module.name);
    auto message =
        severity == Severity::Warning
            ? fmt::format(
                  "{} is set to {}, but {}; the module parses it itself and may accept more", which,
                  quote(value), wanted)
            : fmt::format("{} cannot be {}: {}", which,
                          has_value ? "set to " + quote(value) : "given without a value", wanted);
    return ParameterProblem{severity, Error{ErrorCode::BadParameter, std::move(message)}};
}

} // namespace

std::vector<ParameterProblem> parameter_problems(const ModuleFile &module,
                                                 const std::vector<std::string> &parameters) {
    Setters setters(module.path);
    std::vector<ParameterProblem> problems;
    for (const auto &text : parameters)
        if (auto problem = problem_of(module, text, setters))
            problems.push_back(std::move(*problem));
    return problems;
}

Result<void> check_parameters(const ModuleFile &module,
                              const std::vector<std::string> &parameters) {
    for (auto &problem : parameter_problems(module, parameters))
        if (problem.severity == Severity::Fails)
            return std::move(problem.error);
    return {};
}

std::string join_parameters(const std::vector<std::string> &parameters) {
    std::vector<std::string> words;
    words.reserve(parameters.size());
    for (const auto &text : parameters) {
        const auto [name, value, has_value] = argument_of(text);
        const bool in_quotes = has_value && value.find(' ') != std::string::npos;
        words.push_back(in_quotes ? fmt::format("{}=\"{}\"", name, value) : text);
    }
    return join(words, " ");
}

} // namespace mk
