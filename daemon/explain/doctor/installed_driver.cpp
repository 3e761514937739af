// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <regex>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "explain/doctor/examinations.hpp"
#include "kmod/modules_load.hpp"

namespace mk::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_conf = 64U << 10;

// What DKMS has of the driver, in its folder /var/lib/dkms.
struct Dkms {
    std::string version;    // the newest that it has the source of, "" when it has none
    bool built = false;     // for this kernel
    bool skips = false;     // this kernel: the driver's dkms.conf leaves it out
    std::string failed_log; // of the build for this kernel that failed last, "" when none did
};

// Whether DKMS leaves a kernel out by the range in the text of a dkms.conf, as bash reads it there.
bool leaves_out(const std::string &conf, const std::string &release) {
    constexpr std::string_view key("BUILD_EXCLUSIVE_KERNEL=\"");
    constexpr std::size_t longest = 256;
    const auto at = conf.find("\n" + std::string(key));
    if (at == std::string::npos)
        return false;
    const auto begin = at + 1 + key.size();
    const auto end = conf.find_first_of("\"\n", begin);
    if (end == std::string::npos || conf[end] != '"' || end - begin > longest)
        return false;
    try {
        const std::regex range(conf.substr(begin, end - begin), std::regex::extended);
        return !std::regex_search(release, range);
    } catch (const std::regex_error &) {
        return false;
    }
}

Dkms dkms_of(const InstalledKernel &kernel) {
    Dkms dkms;
    const std::string folder = path_in(kernel.root(), "/var/lib/dkms/modkeeper") + "/";
    std::error_code failed;
    for (const auto &entry : readable_entries(folder))
        if (fs::is_directory(folder + entry, failed) && !fs::is_symlink(folder + entry, failed))
            dkms.version = std::max(dkms.version, entry);
    if (dkms.version.empty())
        return dkms;
    dkms.built = fs::exists(folder + dkms.version + "/" + kernel.release(), failed);
    const auto conf = read_text(
        path_in(kernel.root(), "/var/lib/dkms/modkeeper/" + dkms.version + "/source/dkms.conf"),
        longest_conf);
    dkms.skips = conf && leaves_out(*conf, kernel.release());
    // a build that succeeds takes its log away from here
    const std::string log = folder + dkms.version + "/build/make.log";
    constexpr std::size_t longest = 16U << 20;
    const auto text = read_text(log, longest);
    if (text && text->find("for kernel " + kernel.release() + " (") != std::string::npos)
        dkms.failed_log = log;
    return dkms;
}

void examine_missing(const InstalledKernel &kernel, const std::string &subject,
                     Diagnoses &findings) {
    const Dkms dkms = dkms_of(kernel);
    const std::string install =
        fmt::format("sudo dkms install modkeeper/{} -k {}", dkms.version, kernel.release());
    if (dkms.version.empty())
        report(findings, Severity::Warning, subject,
               "it is not installed, and DKMS does not know it",
               fmt::format("make driver KDIR=/lib/modules/{}/build   (or give it to "
                           "DKMS)",
                           kernel.release()));
    else if (dkms.built)
        report(findings, Severity::Warning, subject,
               fmt::format("DKMS built version {} and did not install it", dkms.version), install);
    else if (dkms.skips)
        report(findings, Severity::Warning, subject,
               fmt::format("version {} is not for this kernel, and DKMS leaves it out: "
                           "BUILD_EXCLUSIVE_KERNEL in /usr/src/modkeeper-{}/dkms.conf",
                           dkms.version, dkms.version),
               "install a modkeeper-dkms that is for this kernel, or boot a kernel that this one "
               "is for");
    else if (!dkms.failed_log.empty())
        report(findings, Severity::Warning, subject,
               fmt::format("DKMS has version {}, and could not build it: {}", dkms.version,
                           dkms.failed_log),
               "less " + dkms.failed_log);
    else
        report(
            findings, Severity::Warning, subject,
            fmt::format("DKMS has version {} and did not build it for this kernel", dkms.version),
            install);
}

// "" when the file cannot be read or does not say.
std::string version_in(const std::string &file) {
    constexpr std::string_view key("\0version=", 9);
    const auto bytes = read_unpacked(file);
    const auto at = bytes ? bytes.value().find(key) : std::string::npos;
    if (at == std::string::npos)
        return {};
    return bytes.value().c_str() + at + key.size();
}

} // namespace

void examine_driver_of(const InstalledKernel &kernel, const std::string &file,
                       Diagnoses &findings) {
    const std::string subject = "driver for " + kernel.release();
    if (file.empty())
        return examine_missing(kernel, subject, findings);
    const Dkms dkms = dkms_of(kernel);
    const std::string version = version_in(file);
    if (!version.empty() && version != MODKEEPER_VERSION)
        return report(
            findings, Severity::Warning, subject,
            fmt::format("{} is version {}, the command is {}", file, version, MODKEEPER_VERSION),
            dkms.version.empty() || dkms.version == version
                ? fmt::format("make driver KDIR=/lib/modules/{}/build   (or give it to DKMS)",
                              kernel.release())
                : fmt::format("sudo dkms install --force modkeeper/{} -k {}", dkms.version,
                              kernel.release()));
    report(findings, Severity::Ok, subject, file + (dkms.built ? ", built by DKMS" : ""));
}

void examine_boot(const std::string &root, Diagnoses &findings) {
    const ConfigurationPlaces places{root};
    const auto enabled = EnabledModules::read(places).of(ModuleName("modkeeper"));
    if (enabled.empty())
        return report(findings, Severity::Warning, "boot",
                      "the driver is not among the modules that are loaded at boot: "
                      "what happens earlier than it is loaded is not recorded",
                      "sudo modkeeper enable modkeeper");
    report(findings, Severity::Ok, "boot",
           "the driver is loaded at boot, says " + enabled.front().origin.text());
}

} // namespace mk::doctor
