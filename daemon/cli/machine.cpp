// SPDX-License-Identifier: GPL-2.0-only
#include "cli/machine.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "cli/absolute_path.hpp"
#include "preflight/installed_kernel.hpp"

namespace mk::cli {
namespace {

// Absolute, without a slash at its end; "/" is this machine's.
Result<std::string> folder_of(const std::string &root) {
    if (root.empty())
        return std::string();
    std::error_code failed;
    auto path = absolute_path(root);
    if (path.empty() || !std::filesystem::is_directory(path, failed))
        return Error{ErrorCode::NotFound, fmt::format("there is no directory {}", quote(root))};
    while (path.ends_with('/'))
        path.pop_back();
    return path;
}

Result<void> check_kernel(const ConfigurationPlaces &places, bool was_asked_for) {
    const auto kernel = InstalledKernel::find(places.kernel, places.root);
    if (kernel)
        return {};
    Error error = kernel.error();
    if (!was_asked_for)
        error.message += "; choose one with --kernel";
    return error;
}

} // namespace

Result<ConfigurationPlaces> places_of(const Machine &machine, bool needs_kernel) {
    auto root = TRY(folder_of(machine.root));
    ConfigurationPlaces places{std::move(root), machine.kernel};
    // as modprobe has it, the modules below a root are those of the kernel that runs here
    if (!places.root.empty() && places.kernel.empty())
        places.kernel = ConfigurationPlaces{}.release();
    if (places.kernel.empty() || !needs_kernel)
        return places;
    TRY(check_kernel(places, !machine.kernel.empty()));
    return places;
}

} // namespace mk::cli
