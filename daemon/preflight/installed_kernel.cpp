// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/installed_kernel.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/elf_object.hpp"
#include "elf/modinfo_section.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

bool exists(const std::string &path) {
    return access(path.c_str(), R_OK) == 0;
}

bool has_modules(const std::string &folder) {
    return exists(folder + "/modules.dep") || exists(folder + "/build/Module.symvers");
}

std::string vermagic_in(const std::string &path) {
    auto bytes = read_unpacked(path);
    if (!bytes)
        return {};
    const auto module = ElfObject::create(std::move(bytes.value()));
    if (!module)
        return {};
    const auto fields = modinfo_fields(module.value().section(".modinfo").bytes);
    return std::string(modinfo_field(fields, "vermagic"));
}

} // namespace

std::vector<std::string> installed_kernels(const std::string &root) {
    std::vector<std::string> releases;
    const auto folder = path_in(root, "/lib/modules") + "/";
    for (auto &name : readable_entries(folder))
        if (has_modules(folder + name))
            releases.push_back(std::move(name));
    std::sort(releases.begin(), releases.end(), [](const auto &one, const auto &other) {
        return strverscmp(one.c_str(), other.c_str()) < 0;
    });
    return releases;
}

Result<InstalledKernel> InstalledKernel::find(const std::string &release, const std::string &root) {
    const auto running = KernelState::read(root).release;
    if (release.empty() || release == running)
        return InstalledKernel(running, root, true);
    const auto known = installed_kernels(root);
    if (std::find(known.begin(), known.end(), release) != known.end())
        return InstalledKernel(release, root, false);
    const auto near = nearest(release, known);
    return Error{ErrorCode::NotFound,
                 fmt::format("no kernel {} is installed{}; {}", quote(release),
                             near.empty() ? "" : fmt::format("; did you mean {}?", near),
                             known.empty() ? "there are no modules in " + root + "/lib/modules"
                                           : "there are modules for " + join(known))};
}

std::string InstalledKernel::inside(const std::string &path) const {
    return path_in(root_, path);
}

std::vector<std::string> InstalledKernel::images() const {
    return {inside("/boot/vmlinuz-" + release_), inside("/lib/modules/" + release_ + "/vmlinuz"),
            inside("/boot/vmlinux-" + release_), inside("/usr/lib/debug/boot/vmlinux-" + release_)};
}

std::string InstalledKernel::symvers() const {
    const auto path = inside("/lib/modules/" + release_ + "/build/Module.symvers");
    return exists(path) ? path : "";
}

const std::string &InstalledKernel::configuration() const {
    if (configuration_read_)
        return configuration_;
    configuration_read_ = true;
    std::vector<std::string> paths = {inside("/boot/config-" + release_),
                                      inside("/lib/modules/" + release_ + "/config"),
                                      inside("/lib/modules/" + release_ + "/build/.config")};
    if (is_running_)
        paths.push_back(inside("/proc/config.gz"));
    for (const auto &path : paths)
        if (auto text = exists(path) ? read_unpacked(path) : Result<std::string>("");
            text && !text.value().empty()) {
            configuration_ = "\n" + text.value();
            break;
        }
    return configuration_;
}

std::string InstalledKernel::option(std::string_view option) const {
    const auto &text = configuration();
    if (text.empty())
        return {};
    const auto key = fmt::format("\nCONFIG_{}=", option);
    const auto at = text.find(key);
    if (at == std::string::npos)
        return "n";
    const auto begin = at + key.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

std::string InstalledKernel::vermagic() const {
    auto index = read_text(inside("/lib/modules/" + release_ + "/modules.dep"), 16U << 20);
    if (!index)
        return {};
    // the kernel's own modules; others may be from another build
    for (const auto line : split(*index, "\n"))
        if (line.starts_with("kernel/"))
            return vermagic_in(inside("/lib/modules/" + release_ + "/" +
                                      std::string(line.substr(0, line.find(':')))));
    return {};
}

} // namespace mk
