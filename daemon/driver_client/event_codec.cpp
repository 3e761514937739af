// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_codec.hpp"

#include <algorithm>
#include <charconv>
#include <type_traits>

#include "driver_client/event_fields.hpp"
#include "driver_client/event_names.hpp"

namespace mk::driver {
namespace {

void put(FieldValue &value, const std::string &text) {
    value.emplace<std::string>(text);
}
void put(FieldValue &value, const std::optional<std::string> &text) {
    value.emplace<std::string>(text.value_or(""));
}
void put(FieldValue &value, const std::vector<std::string> &names) {
    value.emplace<std::vector<std::string>>(names);
}
void put(FieldValue &value, Taints taints) {
    value.emplace<std::string>(letters_of(taints));
}
void put(FieldValue &value, bool on) {
    value.emplace<bool>(on);
}
template <typename T>
requires std::is_integral_v<T>
void put(FieldValue &value, T number) {
    value.emplace<std::uint64_t>(static_cast<std::uint64_t>(number));
}
template <typename T>
requires std::is_enum_v<T>
void put(FieldValue &value, T field) {
    value.emplace<std::string>(name_of(field));
}

bool take(const std::string &text, std::string &field) {
    field = text;
    return true;
}
bool take(const std::string &text, std::optional<std::string> &field) {
    field = text;
    return true;
}
bool take(const std::string &text, std::vector<std::string> &field) {
    field = names_in(text);
    return true;
}
bool take(const std::string &text, Taints &field) {
    const auto taints = taints_of(text);
    field = taints.value_or(field);
    return taints.has_value();
}
bool take(const std::string &text, bool &field) {
    field = text == "true";
    return field || text == "false";
}
template <typename T>
requires std::is_integral_v<T>
bool take(const std::string &text, T &field) {
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, field);
    return read.ec == std::errc{} && read.ptr == end;
}
template <typename T>
requires std::is_enum_v<T>
bool take(const std::string &text, T &field) {
    const auto value = named<T>(text);
    field = value.value_or(field);
    return value.has_value();
}

} // namespace

std::vector<Field> fields_of(const Event &event) {
    std::vector<Field> fields;
    visit_fields(event, [&](std::string_view name, const auto &value, bool known) {
        if (!known)
            return;
        Field &field = fields.emplace_back();
        field.name = name;
        put(field.value, value);
    });
    return fields;
}

const std::vector<std::string_view> &field_names() {
    static const auto all = [] {
        std::vector<std::string_view> names;
        const auto add = [&](std::string_view name, const auto &, bool) {
            if (std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
        };
        Event event;
        // the kind with the most first, so that the others' are below it
        event.body = ModuleEvent{};
        visit_fields(event, add);
        for (std::size_t kind = 1; kind < names_of(EventKind{}).size(); ++kind) {
            event.body = body_of(static_cast<EventKind>(kind));
            visit_fields(event, add);
        }
        return names;
    }();
    return all;
}

std::optional<Event> event_of(const std::map<std::string, std::string> &texts) {
    Event event;
    const auto kind = texts.find("kind");
    if (kind == texts.end() || !take(kind->second, event.kind))
        return std::nullopt;
    event.body = body_of(event.kind);
    bool sound = true;
    visit_fields(event, [&](std::string_view name, auto &field, bool) {
        if (const auto text = texts.find(std::string(name)); text != texts.end())
            sound = take(text->second, field) && sound;
    });
    if (!sound)
        return std::nullopt;
    return event;
}

} // namespace mk::driver
