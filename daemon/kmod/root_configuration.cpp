// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/root_configuration.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "base/write_all.hpp"
#include "kmod/module_index.hpp"
#include "kmod/places.hpp"
#include "system/kernel_command_line.hpp"

namespace mk {

namespace {

// Without the lines that make libkmod complain, because its messages would name a text that nobody
// knows.
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

// libkmod appends the command line of the running kernel to the files' text. Anything after this
// mark is from that line, because the mark is the last text of the files.
constexpr std::string_view end_mark = "\x01the end of what this root says\x01";

std::string options_line(const std::string &name, const std::string &text) {
    const std::string words = name + " " + text;
    std::string line = "options ";
    for (const char c : words)
        line += c == '\n' ? " " : c == '\\' ? "\\\\" : std::string(1, c);
    return line + "\n";
}

// The options of a command line; nothing of one that cannot be read.
std::vector<ModuleOption> options_of(const std::string &command_line_file) {
    const auto line = read_command_line(command_line_file);
    return parse_kmod_command_line(line ? line.value() : "").options;
}

std::string command_lines(const ModprobeSources &sources) {
    std::string text;
    for (const auto &option : options_of(sources.command_line_file))
        if (!option.text.empty())
            text += options_line(option.module, option.text);
    for (const auto &foreign : options_of(ConfigurationPlaces{}.command_line_file()))
        text += options_line(foreign.module, std::string(end_mark));
    return text;
}

} // namespace

Result<Descriptor> text_for_libkmod(const ModprobeSources &sources) {
    const auto rules = KmodRules::current();
    std::string text;
    for (const auto &file : read_modprobe_files(sources).files)
        // the second ends a line that a backslash would join with the next file
        text += understood(file.text.text(), rules) + "\n\n";
    text += command_lines(sources);
    Descriptor file(memfd_create("modprobe.d", MFD_CLOEXEC));
    if (!file || write_all(file.get(), text) != 0)
        return Error{ErrorCode::Failed, "no memory for the configuration"};
    return file;
}

std::string options_of_root(std::string_view options) {
    auto own = options.substr(0, options.find(end_mark));
    if (own.size() < options.size() && own.ends_with(' '))
        own.remove_suffix(1);
    return std::string(own);
}

Result<void> check_index_links(const std::string &root, const std::string &module_dir) {
    auto files = index_files(module_dir);
    // whose text we read
    for (const char *name : {"dep", "alias", "symbols"})
        files.push_back(fmt::format("{}/modules.{}", module_dir, name));
    for (const auto &path : files)
        if (within_root(root, path) != path)
            return Error{
                ErrorCode::BadFormat,
                fmt::format("{} is a symbolic link that leads out of {}: put the file itself there",
                            quote(path), root)};
    return {};
}

} // namespace mk
