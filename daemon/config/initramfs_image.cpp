// SPDX-License-Identifier: GPL-2.0-only
#include "config/initramfs_image.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "config/initramfs.hpp"

namespace mk {

namespace {

constexpr std::size_t image_max = 512U << 20;

// "": there is none.
std::string path_of(const std::string &root, const std::string &release) {
    for (const auto &name :
         {"/boot/initrd.img-" + release, "/boot/initramfs-" + release + ".img"}) {
        std::error_code failed;
        if (std::filesystem::exists(root + name, failed) || failed)
            return root + name;
    }
    return {};
}

} // namespace

Result<InitramfsImage> read_initramfs_image(const std::string &root, const std::string &release) {
    const auto path = path_of(root, release);
    if (path.empty())
        return Error{ErrorCode::NotFound,
                     fmt::format("the initramfs: {}/boot has none for kernel {}", root, release)};
    auto bytes = read_text(path, image_max);
    if (!bytes)
        return Error{
            ErrorCode::Failed,
            fmt::format("{}: {}", path,
                        access(path.c_str(), R_OK) < 0 ? std::strerror(errno) : "it is too large")};
    return InitramfsImage{path, std::move(*bytes)};
}

std::string_view without_usr(std::string_view name) {
    if (name.starts_with("usr/lib/"))
        name.remove_prefix(4);
    return name;
}

bool is_module_in_initramfs(std::string_view name) {
    return without_usr(name).starts_with("lib/modules/") &&
           name.find(".ko") != std::string_view::npos;
}

Result<ModuleNames> modules_in_initramfs(const std::string &root, const std::string &release) {
    const auto image = TRY(read_initramfs_image(root, release));
    const auto folder = "lib/modules/" + release + "/";
    ModuleNames names;
    const auto note = [&](std::string_view name) {
        if (is_module_in_initramfs(name) && without_usr(name).starts_with(folder))
            names.push_back(ModuleName::of_file(name));
        return false; // the names are enough
    };
    auto files = read_initramfs(image.bytes, note);
    if (!files)
        return Error{files.error().code, image.path + ": " + files.error().message};
    return each_once(names);
}

} // namespace mk
