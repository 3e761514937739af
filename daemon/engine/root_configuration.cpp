// SPDX-License-Identifier: GPL-2.0-only
#include "engine/root_configuration.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/module_name.hpp"
#include "engine/root_path.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

namespace {

// Without the lines of which libkmod would complain, by the name of a text that nobody knows.
std::string understood(const std::string &text, const KmodRules &rules) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    for (const auto &line : parse_modprobe_lines(text, {}, rules))
        if (line.kind == LineKind::Unknown || (line.kind == LineKind::Weakdep && rules.alias_files))
            for (auto at = line.origin.line; at < line.origin.line + line.lines; ++at)
                lines.at(at - 1).clear();
    return join(lines, "\n");
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto wrote = write(fd, text.data(), text.size());
        if (wrote <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

} // namespace

Result<Descriptor> text_for_libkmod(const ModprobeSources &sources) {
    const auto rules = KmodRules::current();
    std::string text;
    for (const auto &file : read_modprobe_files(sources).files)
        // the second ends a line that a backslash would join with the next file
        text += understood(file.text, rules) + "\n\n";
    Descriptor file(memfd_create("modprobe.d", MFD_CLOEXEC));
    if (!file || !write_all(file.get(), text))
        return Error{ErrorCode::Failed, "there is no memory for the configuration"};
    return file;
}

Result<void> check_index_links(const std::string &root, const std::string &module_dir) {
    for (const char *name :
         {"dep", "dep.bin", "alias", "alias.bin", "symbols", "symbols.bin", "builtin.bin",
          "builtin.alias.bin", "builtin.modinfo", "softdep", "weakdep"}) {
        const auto path = fmt::format("{}/modules.{}", module_dir, name);
        if (within_root(root, path) != path)
            return Error{ErrorCode::BadFormat,
                         fmt::format("{} is a link that leads elsewhere than within {}: put the "
                                     "file itself there",
                                     quote(path), root)};
    }
    return {};
}

} // namespace mk::engine
