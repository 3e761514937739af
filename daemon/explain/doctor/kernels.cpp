// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "explain/doctor/examinations.hpp"
#include "kmod/module_files.hpp"
#include "kmod/module_index.hpp"
#include "preflight/installed_kernel.hpp"
#include "system/kernel_state.hpp"

namespace mk::doctor {
namespace {

namespace fs = std::filesystem;

struct ModuleFiles {
    std::set<ModuleName> names;
    std::string newest;
    fs::file_time_type newest_time = fs::file_time_type::min();
    std::string driver; // its path, "" when there is none
};

ModuleFiles walk(const std::string &folder) {
    ModuleFiles found;
    for (const auto &file : module_files(folder)) {
        const auto name = ModuleName::of_file(file);
        found.names.insert(name);
        if (name == "modkeeper")
            found.driver = file;
        std::error_code unknown;
        const auto time = fs::last_write_time(file, unknown);
        if (!unknown && time > found.newest_time) {
            found.newest_time = time;
            found.newest = file;
        }
    }
    return found;
}

// "" when libkmod can find modules by it.
std::string index_damage(const std::string &folder) {
    const std::string index = folder + "/modules.dep.bin";
    if (const auto whole = check_module_index(folder); !whole)
        return whole.error().message;
    std::error_code failed;
    const auto size = fs::file_size(index, failed);
    if (failed)
        return fmt::format("{}: {}", index, failed.message());
    return size == 0 ? index + " is empty: nothing is found by it" : "";
}

// One of those that modules.dep does not have, "" when it has all.
std::string missing_in_list(const std::string &folder, const std::set<ModuleName> &names) {
    std::set<ModuleName> listed;
    constexpr std::size_t list_max = 16U << 20;
    const auto text = read_text(folder + "/modules.dep", list_max).value_or("");
    for (const auto line : split(text, "\n"))
        listed.insert(ModuleName::of_file(line.substr(0, line.find(':'))));
    for (const auto &name : names)
        if (!listed.contains(name))
            return name;
    return {};
}

void examine_index(const std::string &folder, bool is_running, const ModuleFiles &files,
                   Diagnoses &findings) {
    const std::string release = folder.substr(folder.rfind('/') + 1);
    const std::string subject = "index " + release;
    const std::string index = folder + "/modules.dep";
    const std::string remedy = "sudo depmod " + release;
    if (files.names.empty())
        return;
    if (auto damage = index_damage(folder); !damage.empty())
        return report(findings, is_running ? Severity::Fails : Severity::Warning, subject,
                      std::move(damage), remedy);
    std::error_code failed;
    const auto made = fs::last_write_time(index, failed);
    if (const auto missing = missing_in_list(folder, files.names); failed || !missing.empty())
        report(findings, Severity::Warning, subject,
               failed ? fmt::format("{}: {}", index, failed.message())
                      : fmt::format("{} has no {}, of which there is a file", index, missing),
               remedy);
    else if (files.newest_time > made)
        report(findings, Severity::Warning, subject,
               fmt::format("{} is newer than {}", files.newest, index), remedy);
    else
        report(findings, Severity::Ok, subject,
               fmt::format("whole, {} modules, none newer than modules.dep", files.names.size()));
}

// "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0" -> "g++-12"
std::string compiler_for(const std::string &text) {
    const auto words = split(text, " ");
    if (words.empty())
        return {};
    if (text.find("clang") != std::string::npos)
        return "clang++";
    const auto version = words.back();
    const auto major = version.substr(0, version.find('.'));
    const bool is_number = !major.empty() && std::all_of(major.begin(), major.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    return is_number ? "g++-" + std::string(major) : "g++";
}

bool is_installed(const std::string &root, const std::string &program) {
    const char *path = std::getenv("PATH");
    for (const auto folder : split(path != nullptr && root.empty() ? path : "/usr/bin:/bin", ":"))
        if (access(path_in(root, fmt::format("{}/{}", folder, program)).c_str(), X_OK) == 0)
            return true;
    return false;
}

void examine_building(const InstalledKernel &kernel, Diagnoses &findings) {
    const std::string subject = "building for " + kernel.release();
    std::error_code failed;
    if (!fs::exists(kernel.module_dir() + "/build/Makefile", failed))
        return report(findings, Severity::Warning, subject,
                      kernel.module_dir() + "/build has no headers of the kernel: the "
                                            "driver cannot be built for it",
                      "sudo apt-get install linux-headers-" + kernel.release());
    const std::string compiler = compiler_for(kernel.option("CC_VERSION_TEXT"));
    if (compiler.empty())
        return report(findings, Severity::Unknown, subject,
                      "headers are there; which compiler the kernel was built with is "
                      "not kept");
    if (!is_installed(kernel.root(), compiler))
        return report(findings, Severity::Warning, subject,
                      "headers are there, the compiler " + compiler + " is not",
                      "sudo apt-get install " + compiler);
    report(findings, Severity::Ok, subject, "headers and " + compiler + " are there");
}

// Also those whose index is missing, which nothing can be loaded from.
std::set<std::string> releases_in(const std::string &root) {
    const auto indexed = installed_kernels(root);
    std::set<std::string> releases(indexed.begin(), indexed.end());
    std::error_code failed;
    const auto folder = path_in(root, "/lib/modules") + "/";
    for (const auto &entry : readable_entries(folder))
        if (fs::is_directory(folder + entry + "/kernel", failed))
            releases.insert(entry);
    return releases;
}

} // namespace

void examine_kernels(const std::string &root, Diagnoses &findings) {
    const std::string running = KernelState::read(root).release;
    const auto releases = releases_in(root);
    if (!releases.contains(running))
        report(findings, Severity::Fails, "modules",
               fmt::format("{}/lib/modules has none of the running kernel {}", root, running),
               "sudo apt-get install linux-image-" + running);
    for (const std::string &release : releases) {
        const std::string folder = path_in(root, "/lib/modules/" + release);
        const ModuleFiles files = walk(folder);
        examine_index(folder, release == running, files, findings);
        const auto kernel = InstalledKernel::find(release, root);
        if (!kernel)
            continue;
        examine_building(kernel.value(), findings);
        examine_driver_of(kernel.value(), files.driver, findings);
    }
}

} // namespace mk::doctor
