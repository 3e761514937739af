// SPDX-License-Identifier: GPL-2.0-only
// Name of a module, and checks of module arguments: a name or alias, or the absolute path of a
// file.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Longest name the kernel takes, without the NUL, on 64-bit machines.
inline constexpr std::size_t module_name_max = 55;
// Longest alias or path that is accepted: libkmod takes no longer ones.
inline constexpr std::size_t alias_max = 4095;
inline constexpr std::size_t path_max = 4095;

// The kernel's spelling of a name, of a module or a parameter: '-' becomes '_'.
std::string canonical_name(std::string_view name);

// Whether the kernel takes both for the same name.
bool is_same_name(std::string_view one, std::string_view other);

// Name of a module in the kernel's spelling, which it has however it was written: a text becomes
// one only by conversion. It reads as a text everywhere.
class ModuleName {
  public:
    ModuleName() = default; // of no module
    explicit ModuleName(std::string_view text) : text_(canonical_name(text)) {}
    // According to the name of its file, which depmod and modprobe use. The kernel uses the name
    // inside the file: module_name_of().
    static ModuleName of_file(std::string_view path);
    // Of a target that is a name or a path.
    static ModuleName of_target(std::string_view target);
    // InvalidArgument with the reason, unless check_name() takes it.
    static Result<ModuleName> checked(std::string_view text);

    const std::string &str() const { return text_; }
    bool empty() const { return text_.empty(); }
    const char *c_str() const { return text_.c_str(); }
    bool starts_with(std::string_view prefix) const { return text_.starts_with(prefix); }
    operator const std::string &() const { return text_; }
    operator std::string_view() const { return text_; }

    bool operator==(const ModuleName &other) const = default;
    std::strong_ordering operator<=>(const ModuleName &other) const {
        return text_ <=> other.text_;
    }
    // A text is the same name in either spelling.
    friend bool operator==(const ModuleName &name, std::string_view text) {
        return is_same_name(name.text_, text);
    }
    friend std::string operator+(std::string left, const ModuleName &right) {
        return std::move(left) + right.text_;
    }
    friend std::string operator+(const ModuleName &left, std::string_view right) {
        return std::string(left.text_).append(right);
    }

  private:
    std::string text_;
};

using ModuleNames = std::vector<ModuleName>;

// Without duplicates, in their order.
ModuleNames each_once(ModuleNames names);

ModuleNames module_names(const std::vector<std::string> &texts);

// As texts, for what takes any.
std::vector<std::string> texts_of(const ModuleNames &names);

// "one, other"
std::string join(const ModuleNames &names, std::string_view separator = ", ");

// For names that may be patterns: a '-' between brackets is a range and stays. Nothing if brackets
// do not match, which kmod refuses.
std::optional<std::string> canonical_pattern(std::string_view pattern);

bool is_path(std::string_view text);

// Names and paths without duplicates, in their order.
std::vector<std::string> each_once(const std::vector<std::string> &targets);

// InvalidArgument with the reason, unless it can be the name of a module in the kernel.
Result<void> check_name(std::string_view name);

// InvalidArgument with the reason, unless it can be a name, an alias or an absolute path.
Result<void> check_load_target(std::string_view target);

// For messages: the text, cut when it is long, without bytes that are not printable ASCII.
std::string quote(std::string_view text);

} // namespace mk

template <> struct std::hash<mk::ModuleName> {
    std::size_t operator()(const mk::ModuleName &name) const noexcept {
        return std::hash<std::string>()(name.str());
    }
};

template <> struct fmt::formatter<mk::ModuleName> : fmt::formatter<std::string_view> {};
