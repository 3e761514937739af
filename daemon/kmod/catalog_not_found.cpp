// SPDX-License-Identifier: GPL-2.0-only
// What a catalog says of names that lead to no module.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/folder.hpp"
#include "base/suggestion.hpp"
#include "kmod/catalog.hpp"
#include "kmod/line_origin.hpp"
#include "kmod/module_files.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

// The package of the running kernel may be gone, as after an upgrade without a reboot.
Error without_modules(const fs::path &folder, const std::string &name) {
    std::string advice = "install the modules of the running kernel or run depmod";
    std::error_code failed;
    if (!fs::exists(folder, failed)) {
        auto others = readable_entries(folder.parent_path().native());
        std::erase_if(others, [&](const auto &other) {
            return !fs::is_directory(folder.parent_path() / other, failed);
        });
        std::sort(others.begin(), others.end());
        if (!others.empty())
            advice += fmt::format("; there are modules of {}: reboot, if the kernel was upgraded",
                                  others.back());
    }
    return {ErrorCode::NotFound,
            fmt::format("there is no module {}: {} has no list of modules; {}", quote(name),
                        folder.native(), advice),
            {.cause = Cause::NoIndex}};
}

} // namespace

std::string Catalog::unlisted_file(const ModuleName &name) {
    if (!files_) {
        files_.emplace();
        for (auto &file : added_module_files(module_dir())) {
            auto found = ModuleName::of_file(file);
            files_->emplace(std::move(found), std::move(file));
        }
    }
    const auto found = files_->find(name);
    return found == files_->end() ? "" : found->second;
}

// The cost is a comparison with every name: a list that is wrong throughout is not mistyped.
std::string Catalog::near_to(const std::string &name) {
    return nearest(ModuleName(name), *names_);
}

Error Catalog::no_module(const std::string &name) const {
    return {ErrorCode::NotFound,
            fmt::format("there is no module or alias {} in {}", quote(name), module_dir()),
            {.cause = Cause::NoSuchModule}};
}

Error Catalog::not_found(const std::string &name) {
    if (near_names_ == NearNames::LeftOut)
        return no_module(name);
    if (!names_)
        names_ = texts_of(names());
    if (names_->empty())
        return without_modules(module_dir(), name);
    constexpr std::size_t looked_for_max = 16;
    const bool may_search = looked_for_++ < looked_for_max;
    if (const auto file = may_search ? unlisted_file(ModuleName(name)) : ""; !file.empty())
        return {
            ErrorCode::NotFound,
            fmt::format("module {} is not in the index of {}, although its file {} is there; run "
                        "depmod to rebuild it",
                        quote(name), module_dir(), quote(file)),
            {.cause = Cause::NoIndex}};
    const auto near = may_search ? near_to(name) : "";
    if (is_same_name(near, name))
        return {ErrorCode::NotFound,
                fmt::format("module {} is not in the index of {}; run depmod to rebuild it",
                            quote(name), module_dir()),
                {.cause = Cause::NoIndex}};
    return {ErrorCode::NotFound,
            fmt::format("there is no module or alias {} in {}{}", quote(name), module_dir(),
                        near.empty() ? "; after installing a module run depmod"
                                     : fmt::format("; did you mean {}?", near)),
            {.cause = Cause::NoSuchModule}};
}

Error Catalog::leads_nowhere(const std::string &target, const ModuleName &name) {
    if (name == target)
        return not_found(target);
    const auto *line = alias_line(configuration(), target, name);
    const auto where = line != nullptr ? line->origin.text() : "an alias";
    // Failures are reported to more people than may read every file.
    if (line != nullptr && !line->origin.is_public)
        return {
            ErrorCode::NotFound,
            fmt::format("{} leads to no module: {} makes it an alias of one that does not exist",
                        quote(target), where),
            {.cause = Cause::NoSuchModule}};
    return {ErrorCode::NotFound,
            fmt::format("{} leads to no module: {} makes it an alias of {}, and there is no module "
                        "of that name",
                        quote(target), where, quote(name)),
            {.cause = Cause::NoSuchModule}};
}

} // namespace mk
