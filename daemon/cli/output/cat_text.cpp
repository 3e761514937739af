// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/cat_text.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"

namespace mk::cli {
namespace {

std::string place_of(const Origin &origin) {
    return origin.on_command_line() ? origin.text() : origin.file;
}

std::string numbered(const ShownLine &shown) {
    const auto number =
        shown.line.origin.on_command_line() ? "" : std::to_string(shown.line.origin.line);
    return fmt::format("{:>5}  {}\n", number, printable(text_of(shown.line)));
}

std::string remark(const ShownLine &shown) {
    const auto &verdict = shown.verdict;
    if (verdict.why.empty())
        return "";
    const auto text = fmt::format("{}: {}", effect_name(verdict.effect), verdict.why);
    return fmt::format("{:7}{}\n", "", painted("# " + printable(text), Colour::Yellow));
}

} // namespace

std::string text_of(const ModprobeLine &line) {
    const auto kind = kind_word(line.kind);
    std::string text(kind);
    text += (kind.empty() ? "" : " ") + line.name;
    for (const auto *more : {&line.rest, &line.passed_over})
        if (!more->empty())
            text += " " + *more;
    return text;
}

std::string text_of(const ShownConfiguration &shown) {
    std::string text;
    std::string place;
    const auto head = [&](const std::string &title) {
        text += (text.empty() ? "" : "\n") + painted("# " + printable(title), Colour::Bold) + "\n";
    };
    for (const auto &one : shown.lines) {
        if (const auto here = place_of(one.line.origin); here != place)
            head(place = here);
        text += numbered(one) + remark(one);
    }
    for (const auto &file : shown.hidden)
        head(fmt::format("{} is hidden by {}", file.path, file.by));
    return text;
}

Json json_of(const ShownConfiguration &shown) {
    Json lines = Json::array();
    for (const auto &[line, verdict] : shown.lines)
        lines.push_back(object(
            {{"kind",
              line.kind == LineKind::Unknown ? Json() : Json(std::string(kind_word(line.kind)))},
             {"name", line.name},
             {"value", text_or_null(line.rest)},
             {"text", text_of(line)},
             {"file", text_or_null(line.origin.file)},
             {"line", line.origin.on_command_line() ? Json() : Json(line.origin.line)},
             {"where", line.origin.text()},
             {"effect", std::string(effect_name(verdict.effect))},
             {"message", text_or_null(verdict.why)},
             {"overridden_by", text_or_null(verdict.where)}}));
    Json hidden = Json::array();
    for (const auto &[path, by] : shown.hidden)
        hidden.push_back(object({{"file", path}, {"hidden_by", by}}));
    Json unread = Json::array();
    for (const auto &[path, reason] : shown.unread)
        unread.push_back(object({{"file", path}, {"message", reason}}));
    return object({{"lines", std::move(lines)},
                   {"hidden", std::move(hidden)},
                   {"unread", std::move(unread)}});
}

} // namespace mk::cli
