// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "base/text_file.hpp"

namespace mk {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Lines of the module loader and of lockdown that name no module.
bool is_about_loading(std::string_view text) {
    for (std::string_view start : {"Lockdown: ", "Loading of ", "module: ", "Module has invalid",
                                   "Invalid ELF", "Problem loading", "Invalid module", "PKCS#7"})
        if (text.starts_with(start))
            return true;
    return false;
}

} // namespace

bool names_module(std::string_view text, const ModuleName &module) {
    auto canonical = canonical_name(text);
    for (std::size_t at = 0; (at = canonical.find(module.str(), at)) != std::string::npos; ++at) {
        bool begins = at == 0 || !is_word(canonical[at - 1]);
        auto end = at + module.str().size();
        if (begins && (end == canonical.size() || !is_word(canonical[end])))
            return true;
    }
    return false;
}

KernelLog::KernelLog(const std::string &path)
    : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    skip();
}

KernelLog::~KernelLog() {
    if (fd_ >= 0)
        close(fd_);
}

void KernelLog::skip() {
    if (fd_ >= 0)
        lseek(fd_, 0, SEEK_END);
}

std::vector<std::string> KernelLog::lines_about(const ModuleName &module, std::size_t most) {
    std::vector<std::string> result;
    if (fd_ < 0)
        return result;
    std::array<char, 8192> record;
    for (;;) {
        ssize_t got = read(fd_, record.data(), record.size());
        // EPIPE: records were overwritten before they could be read; the next is the oldest left.
        if (got < 0 && (errno == EPIPE || errno == EINTR))
            continue;
        if (got <= 0)
            return result;
        for (auto line : split({record.data(), static_cast<std::size_t>(got)}, "\n")) {
            // "level,sequence,time,flags;text", then " KEY=value" lines.
            auto semicolon = line.find(';');
            if (line.starts_with(' ') || semicolon == std::string_view::npos)
                continue;
            auto text = line.substr(semicolon + 1);
            if (!names_module(text, module) && !is_about_loading(text))
                continue;
            if (std::find(result.begin(), result.end(), text) != result.end())
                continue;
            if (result.size() == most)
                result.erase(result.begin());
            result.emplace_back(text);
        }
    }
}

} // namespace mk
