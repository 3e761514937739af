// SPDX-License-Identifier: GPL-2.0-only
#include "cli/json_faults.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <sstream>

#include "cli/output/json.hpp"

namespace mk::cli::test {
namespace {

bool is_array_of(const Json &value, bool (Json::*is)() const noexcept) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [&](const Json &one) { return (one.*is)(); });
}

bool has_type(const Json &value, JsonType type) {
    switch (type) {
    case JsonType::Text:
        return value.is_string();
    case JsonType::Number:
        return value.is_number_integer();
    case JsonType::Truth:
        return value.is_boolean();
    case JsonType::Texts:
        return is_array_of(value, &Json::is_string);
    case JsonType::Numbers:
        return is_array_of(value, &Json::is_number);
    case JsonType::Object:
        return value.is_object();
    case JsonType::Objects:
        return is_array_of(value, &Json::is_object);
    }
    return false;
}

std::string faults_of(const Json &object, std::initializer_list<Members> parts);

std::string faults_of_value(const std::string &name, const Json &value) {
    const auto *key = std::find_if(std::begin(json_keys), std::end(json_keys),
                                   [&](const Key &one) { return one.name == name; });
    if (key == std::end(json_keys))
        return name + " is not in the vocabulary; ";
    if (value.is_null())
        return "";
    if (!has_type(value, key->type))
        return name + " has another type: " + value.dump() + "; ";
    std::string faults;
    if (key->type == JsonType::Object)
        faults = faults_of(value, {key->members});
    if (key->type == JsonType::Objects)
        for (const Json &one : value)
            faults += faults_of(one, {key->members});
    return faults.empty() ? "" : name + ": {" + faults + "} ";
}

std::string faults_of(const Json &object, std::initializer_list<Members> parts) {
    std::string faults;
    std::set<std::string> known;
    for (const Members members : parts)
        each_member(members, [&](std::string_view name, bool sometimes) {
            known.emplace(name);
            if (!sometimes && !object.contains(std::string(name)))
                faults += std::string(name) + " is missing; ";
        });
    for (const auto &[name, value] : object.items())
        faults +=
            known.contains(name) ? faults_of_value(name, value) : name + " does not belong there; ";
    return faults;
}

bool has_word(std::string_view words, const std::string &word) {
    return (" " + std::string(words) + " ").find(" " + word + " ") != std::string::npos;
}

std::string faults_of_answer(const JsonAnswer &answer, const Json &document) {
    if (answer.form != JsonForm::Array)
        return document.is_object() ? faults_of(document, {answer.members, answer.more})
                                    : "it is no object; ";
    if (!document.is_array())
        return "it is no array; ";
    std::string faults;
    for (const Json &one : document)
        faults += faults_of(one, {answer.members, answer.more});
    return faults;
}

// Of the answer that it is most like.
std::string faults_of_document(const std::string &command, const Json &document) {
    std::string least =
        document.is_object() ? faults_of(document, {failure_members}) : "it is no failure; ";
    for (const JsonAnswer &answer : json_answers)
        if (has_word(answer.commands, command)) {
            auto faults = faults_of_answer(answer, document);
            if (faults.size() < least.size())
                least = std::move(faults);
        }
    return least;
}

} // namespace

std::string json_faults(const std::vector<std::string> &words, const std::string &out) {
    const auto command = std::find_if(
        words.begin(), words.end(), [](const std::string &word) { return !word.starts_with('-'); });
    std::string name = command == words.end() ? "" : *command;
    if (name == "policy" && command + 1 != words.end()) // has commands of its own
        name += "/" + *(command + 1);
    if (const Json whole = Json::parse(out, nullptr, false); !whole.is_discarded())
        return faults_of_document(name, whole);
    std::string faults;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        const Json one = Json::parse(line, nullptr, false);
        faults += one.is_discarded() ? "no JSON: " + line : faults_of_document(name, one);
    }
    return faults;
}

} // namespace mk::cli::test
