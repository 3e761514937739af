// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/own_file.hpp"

#include <algorithm>
#include <optional>

#include "engine/configuration/file_edit.hpp"
#include "engine/configuration/modules_load.hpp"

namespace mk::engine {

namespace {

constexpr std::string_view heading =
    "# Written by modkeeper. Lines may be changed and removed by hand too.";

// No line of a file can be this: what a line is replaced with to stay.
const std::string kept(1, '\0');

} // namespace

bool did_something(const Changes &changes) {
    return std::any_of(changes.begin(), changes.end(), [](const auto &change) {
        return change.action != "kept" && change.action != "note";
    });
}

std::string as_it_is(const ModprobeLine &) {
    return kept;
}

OwnText::OwnText(std::string file, std::string_view text) : file_(std::move(file)) {
    while (!text.empty()) {
        auto end = text.find('\n');
        lines_.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

void OwnText::add(const std::string &line) {
    if (lines_.empty())
        lines_.emplace_back(heading);
    lines_.push_back(line);
    changes_.push_back({"added", file_, line});
}

std::string OwnText::physical(unsigned first, unsigned count) const {
    std::string text;
    for (unsigned i = 0; i < count; ++i)
        text += (i == 0 ? "" : "\n") + lines_[first - 1 + i];
    return text;
}

void OwnText::replace(unsigned first, unsigned count, const std::string &line) {
    changes_.push_back({"removed", file_, physical(first, count)});
    auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(first - 1);
    auto at = lines_.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (line.empty())
        return;
    lines_.insert(at, line);
    changes_.push_back({"added", file_, line});
}

void OwnText::rewrite_modprobe(const std::function<std::string(const ModprobeLine &)> &instead) {
    std::string all;
    for (const auto &line : lines_)
        all += line + '\n';
    auto parsed = parse_modprobe_lines(all, file_);
    // from the end, so that the numbers of those before it stay
    for (auto line = parsed.rbegin(); line != parsed.rend(); ++line)
        if (auto text = instead(*line); text != kept)
            replace(line->origin.line, line->lines, text);
}

void OwnText::remove_modules(const std::function<bool(const std::string &name)> &unwanted) {
    std::string all;
    for (const auto &line : lines_)
        all += line + '\n';
    auto parsed = parse_modules_load(all, file_);
    for (auto line = parsed.rbegin(); line != parsed.rend(); ++line)
        if (unwanted(line->name))
            replace(line->origin.line, 1, "");
}

std::string OwnText::text() const {
    std::string result;
    bool anything = false;
    for (const auto &line : lines_) {
        anything = anything || (line != heading && !line.empty());
        result += line + '\n';
    }
    return anything ? result : "";
}

Result<Changes> edit_own_file(const std::string &file,
                              const std::function<Result<void>(OwnText &)> &work) {
    Changes changes;
    auto edited =
        edit_file(file, [&](const std::string &now) -> Result<std::optional<std::string>> {
            OwnText text(file, now);
            if (auto done = work(text); !done)
                return done.error();
            changes = text.changes();
            if (changes.empty())
                return std::optional<std::string>();
            return std::optional(text.text());
        });
    if (!edited)
        return edited.error();
    return changes;
}

} // namespace mk::engine
