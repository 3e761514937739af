// SPDX-License-Identifier: GPL-2.0-only
#include "explain/policy_ahead.hpp"

#include <algorithm>

#include "elf/elf_check.hpp"
#include "elf/module_contents.hpp"

namespace mk {

driver::PolicyQuestion question_about_load(const ModuleName &name, const std::string &path,
                                           const std::string &parameters) {
    driver::PolicyQuestion question;
    question.name = name;
    question.parameters = parameters;
    if (path.empty() || !check_file(path))
        return question;
    const auto contents = read_contents(path);
    if (!contents)
        return question;
    question.is_signed = contents.value().signature.has_value();
    const auto &fields = contents.value().fields;
    question.is_out_of_tree = std::none_of(fields.begin(), fields.end(), [](const auto &field) {
        return field.first == "intree" && field.second == "Y";
    });
    return question;
}

std::optional<LoadRefusal> denied_ahead(const ModuleName &name, const std::string &path,
                                        const std::string &parameters,
                                        const std::optional<JobCaller> &client) {
    const auto device = driver::Device::open();
    if (!device)
        return std::nullopt;
    // most machines have no rules, and then no file need be read
    if (!driver::is_enforced(device.value()))
        return std::nullopt;
    auto question = question_about_load(name, path, parameters);
    question.client = client;
    const auto reply = driver::ask_policy(device.value(), question);
    if (!reply || reply.value().verdict != driver::PolicyVerdict::Denied)
        return std::nullopt;
    LoadRefusal refusal;
    refusal.module = name;
    refusal.path = path;
    refusal.stage = driver::Stage::Policy;
    refusal.rule = reply.value().rule;
    refusal.rule_reason = reply.value().reason;
    return refusal;
}

} // namespace mk
