// SPDX-License-Identifier: GPL-2.0-only
#include "system/loaded_modules.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/errno_text.hpp"
#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

template <typename Number> Number number(std::string_view text) {
    Number value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

LoadState load_state(std::string_view text) {
    if (text == "Loading" || text == "coming")
        return LoadState::Coming;
    if (text == "Unloading" || text == "going")
        return LoadState::Going;
    return LoadState::Live;
}

// "name size refcnt user,user, state address (taints)"; refcnt and users are "-" on kernels that
// cannot unload, the users end with "[permanent]," for those that stay.
std::optional<LoadedModule> parse(std::string_view line) {
    auto words = split(line, " ");
    if (words.size() < 5)
        return std::nullopt;
    LoadedModule module;
    module.name = ModuleName(words[0]);
    module.bytes = number<std::uint64_t>(words[1]);
    module.references = number<std::uint32_t>(words[2]);
    for (auto user : split(words[3], ","))
        if (user == "[permanent]")
            module.permanent = true;
        else if (user != "-")
            module.used_by.emplace_back(user);
    module.state = load_state(words[4]);
    if (words.size() > 6 && words[6].starts_with('('))
        // "+" and "-" among them mean coming and going.
        for (char letter : words[6])
            if (letter >= 'A' && letter <= 'Z')
                module.taints += letter;
    return module;
}

bool may_be_read_by_all(const std::string &path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

} // namespace

bool ParameterValue::is_public() const {
    return (mode & S_IROTH) != 0;
}

bool ParameterValue::readable() const {
    return (mode & (S_IRUSR | S_IRGRP | S_IROTH)) != 0;
}

bool ParameterValue::writable() const {
    return (mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0;
}

std::string ParameterValue::why_no_value() const {
    if (!readable())
        return "it is write-only";
    if (is_denied() && geteuid() != 0)
        return "only root may read it";
    return "it cannot be read: " + errno_text(error);
}

std::string LoadedModules::file(const ModuleName &name, const std::string &below) const {
    return path_in(root_, "/sys/module/" + name + below);
}

bool LoadedModules::readable() const {
    return access(path_in(root_, "/proc/modules").c_str(), R_OK) == 0;
}

std::vector<LoadedModule> LoadedModules::list() const {
    std::vector<LoadedModule> result;
    auto text = read_text(path_in(root_, "/proc/modules"), 16U << 20);
    if (!text)
        return result;
    for (auto line : split(*text, "\n"))
        if (auto module = parse(line))
            result.push_back(std::move(*module));
    return result;
}

std::optional<LoadedModule> LoadedModules::find(const ModuleName &name) const {
    for (auto &module : list())
        if (module.name == name)
            return module;
    return std::nullopt;
}

void LoadedModules::complete(LoadedModule &module) const {
    if (const auto text = read_line(file(module.name, "/coresize")); !text.empty())
        module.bytes = number<std::uint64_t>(text);
    module.version = read_line(file(module.name, "/version"));
    module.srcversion = srcversion(module.name);
}

LoadState LoadedModules::state(const ModuleName &name) const {
    auto text = read_line(file(name, "/initstate"));
    if (!text.empty())
        return load_state(text);
    struct stat status {};
    return stat(file(name, "").c_str(), &status) == 0 ? LoadState::BuiltIn : LoadState::Absent;
}

bool LoadedModules::is_live(const ModuleName &name) const {
    auto text = read_line(file(name, "/initstate"));
    return !text.empty() && load_state(text) == LoadState::Live;
}

ModuleNames LoadedModules::uses(const ModuleName &name) const {
    ModuleNames result;
    for (const auto &module : list())
        if (std::find(module.used_by.begin(), module.used_by.end(), name) != module.used_by.end())
            result.push_back(module.name);
    return result;
}

ModuleNames LoadedModules::holders(const ModuleName &name) const {
    return module_names(readable_entries(file(name, "/holders")));
}

std::string LoadedModules::srcversion(const ModuleName &name) const {
    return read_line(file(name, "/srcversion"));
}

std::vector<ParameterValue> LoadedModules::parameters(const ModuleName &name) const {
    constexpr mode_t permissions = 0777;
    std::vector<ParameterValue> result;
    for (auto &parameter : readable_entries(file(name, "/parameters"))) {
        const auto path = file(name, "/parameters/" + parameter);
        struct stat status {};
        if (stat(path.c_str(), &status) < 0)
            continue;
        auto &seen = result.emplace_back();
        seen.name = std::move(parameter);
        seen.mode = status.st_mode & permissions;
        // root may read any regular file, but sysfs enforces the mode
        if (seen.readable())
            seen.value = read_value(path);
        if (!seen.value)
            seen.error = seen.readable() ? errno : EACCES;
    }
    return result;
}

bool LoadedModules::is_public(const ModuleName &name, const std::string &parameter) const {
    return parameter.find('/') == std::string::npos &&
           may_be_read_by_all(file(name, "/parameters/" + parameter));
}

} // namespace mk
