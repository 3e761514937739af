// SPDX-License-Identifier: GPL-2.0-only
// Files of modprobe.d and modules-load.d, and the texts in them. What is read and written back
// without a change must be the same file.
#include <string>

#include "base/assignments.hpp"
#include "config/managed_file.hpp"
#include "input.hpp"
#include "kmod/modprobe_lines.hpp"
#include "kmod/modules_load.hpp"
#include "kmod/parameter_value.hpp"
#include "system/kernel_command_line.hpp"

namespace {

using namespace mk;

void must_stay_as_it_is(const std::string &text) {
    ManagedText own("modkeeper.conf", {std::string(text), true});
    own.rewrite_modprobe(as_it_is);
    own.remove_modules([](const std::string &) { return false; });
    MUST(own.changes().empty());
}

void must_go(const std::string &text) {
    ManagedText own("modkeeper.conf", {std::string(text), true});
    own.rewrite_modprobe([](const ModprobeLine &) { return ""; });
    MUST(parse_modprobe_lines(own.text(), {}).empty());
}

void must_be_found_again(std::string_view text) {
    for (const auto &assignment : split_assignments(text)) {
        // a quote inside has no spelling, nor has a space in a name, nor nothing at all
        if ((assignment.name.empty() && !assignment.has_value) ||
            assignment.name.find_first_of("\" \t\n\r\v\f\xa0") != std::string::npos ||
            assignment.value.find('"') != std::string::npos)
            continue;
        auto again = split_assignments(to_text(assignment));
        MUST(again.size() == 1 && again[0].name == assignment.name &&
             again[0].value == assignment.value && again[0].has_value == assignment.has_value);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto text = text_of_input(data, size);
    unsigned last = 0;
    for (const auto &line : parse_modprobe_lines(text, {"some.conf"})) {
        MUST(line.lines >= 1 && line.origin.line > last);
        last = line.origin.line;
    }
    for (const auto &module : parse_modules_load(text, {"some.conf"}))
        MUST(!module.name.empty());
    must_stay_as_it_is(std::string(text));
    must_go(std::string(text));
    must_be_found_again(text);
    if (auto comma = text.find(','); comma != text.npos)
        for (const char *type : {"bool", "int", "ulong", "charp", "array of int", ""}) {
            (void)compare_values(type, text.substr(0, comma), text.substr(comma + 1));
            MUST(compare_values(type, text, text) == Sameness::Same);
        }
    for (const auto &option : parse_kmod_command_line(text).options)
        MUST(!option.module.empty());
    return 0;
}
