// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with rules, as JSON and as text.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/output/diagnosis_text.hpp"

namespace mk::cli {

Json json_of(const policy::Findings &findings) {
    Json list = Json::array();
    for (const auto &finding : findings)
        list.push_back(object({{"severity", severity_name(finding.diagnosis.severity)},
                               {"file", text_or_null(finding.place.file)},
                               {"line", number_or_null(finding.place.line)},
                               {"column", number_or_null(finding.place.column)},
                               {"message", finding.diagnosis.reason},
                               {"remedy", text_or_null(join(finding.diagnosis.remedies, "; "))}}));
    return list;
}

std::string text_of(const policy::Findings &findings) {
    std::string text;
    for (const auto &finding : findings)
        text +=
            painted(printable(finding.text()), finding.is_error() ? Colour::Red : Colour::Yellow) +
            "\n";
    return text;
}

std::string counted(std::size_t number, const char *thing) {
    return fmt::format("{} {}{}", number == 0 ? "no" : std::to_string(number), thing,
                       number == 1 ? "" : "s");
}

} // namespace mk::cli
