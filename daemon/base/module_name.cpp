// SPDX-License-Identifier: GPL-2.0-only
#include "base/module_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text_file.hpp"

namespace mk {

namespace {

bool is_plain(char c) {
    return c > 0x20 && c < 0x7f;
}

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

} // namespace

std::string canonical_name(std::string_view name) {
    std::string result(name);
    std::replace(result.begin(), result.end(), '-', '_');
    return result;
}

std::optional<std::string> canonical_pattern(std::string_view pattern) {
    std::string result;
    bool in_range = false;
    for (const char c : pattern) {
        if (c == ']' && !in_range)
            return std::nullopt;
        in_range = in_range ? c != ']' : c == '[';
        result += c == '-' && !in_range ? '_' : c;
    }
    return in_range ? std::nullopt : std::optional(std::move(result));
}

bool is_same_name(std::string_view one, std::string_view other) {
    const auto spelled = [](char c) { return c == '-' ? '_' : c; };
    return std::ranges::equal(one, other, {}, spelled, spelled);
}

ModuleName ModuleName::of_file(std::string_view path) {
    auto base = path.substr(path.rfind('/') + 1);
    return ModuleName(base.substr(0, base.find('.')));
}

ModuleName ModuleName::of_target(std::string_view target) {
    return is_path(target) ? of_file(target) : ModuleName(target);
}

Result<ModuleName> ModuleName::checked(std::string_view text) {
    TRY(check_name(text));
    return ModuleName(text);
}

ModuleNames each_once(ModuleNames names) {
    std::set<ModuleName> seen;
    std::erase_if(names, [&](const auto &name) { return !seen.insert(name).second; });
    return names;
}

ModuleNames module_names(const std::vector<std::string> &texts) {
    return {texts.begin(), texts.end()};
}

std::vector<std::string> texts_of(const ModuleNames &names) {
    return {names.begin(), names.end()};
}

std::string join(const ModuleNames &names, std::string_view separator) {
    return join(texts_of(names), separator);
}

bool is_path(std::string_view text) {
    return text.starts_with('/');
}

std::vector<std::string> each_once(const std::vector<std::string> &targets) {
    std::vector<std::string> result;
    std::set<std::string> seen;
    for (const auto &target : targets)
        if (seen.insert(is_path(target) ? target : canonical_name(target)).second)
            result.push_back(target);
    return result;
}

std::string quote(std::string_view text) {
    constexpr std::size_t longest = 80;
    std::string result = "\"";
    for (char c : text.substr(0, longest))
        result += c >= 0x20 && c < 0x7f ? c : '?';
    result += text.size() > longest ? "...\"" : "\"";
    return result;
}

Result<void> check_name(std::string_view name) {
    if (name.empty())
        return invalid("the module name is empty");
    if (name.size() > module_name_max)
        return invalid(fmt::format(
            "{} is not a valid module name: it has {} characters, the kernel takes at most {}",
            quote(name), name.size(), module_name_max));
    if (name.find('/') != std::string_view::npos)
        return invalid(fmt::format("{} is not a valid module name: it has a slash", quote(name)));
    if (name == "." || name == "..")
        return invalid(fmt::format("{} is not a valid module name", quote(name)));
    if (!std::all_of(name.begin(), name.end(), is_plain))
        return invalid(fmt::format("{} is not a valid module name: it has a space or a character "
                                   "that is not printable ASCII",
                                   quote(name)));
    return {};
}

Result<void> check_load_target(std::string_view target) {
    if (is_path(target)) {
        if (target.size() > path_max)
            return invalid(
                fmt::format("the path {} is too long ({} bytes)", quote(target), target.size()));
        if (target.find('\0') != std::string_view::npos)
            return invalid(fmt::format("the path {} contains a NUL", quote(target)));
        if (target.ends_with('/'))
            return invalid(
                fmt::format("{} is the path of a directory, not of a file", quote(target)));
        return {};
    }
    // An alias such as pci:v00008086d... has a colon and may be longer than a name; devname:net/tun
    // has a slash.
    if (target.find(':') == std::string_view::npos) {
        if (target.find('/') != std::string_view::npos)
            return invalid(fmt::format("{} is neither a module name (it has a slash) nor an "
                                       "absolute path; give the full path to load a file",
                                       quote(target)));
        return check_name(target);
    }
    if (target.size() > alias_max)
        return invalid(
            fmt::format("the alias {} is too long: {} characters, libkmod takes at most {}",
                        quote(target), target.size(), alias_max));
    if (!std::all_of(target.begin(), target.end(), is_plain))
        return invalid(fmt::format("the alias {} has a space or a character that is not printable "
                                   "ASCII",
                                   quote(target)));
    return {};
}

} // namespace mk
