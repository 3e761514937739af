// SPDX-License-Identifier: GPL-2.0-only
#include "config/managed_file.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/public_file.hpp"
#include "base/text_file.hpp"
#include "config/atomic_file.hpp"

namespace mk {

namespace {

constexpr std::string_view heading =
    "# Written by modkeeper. Lines may be changed and removed by hand too.";

// A text that no line of a file can be: the replacement that means no change.
const std::string kept(1, '\0');

// Whether an unescaped backslash at its end joins it with the next line.
bool goes_on(std::string_view line) {
    const auto last = line.find_last_not_of('\\');
    return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 != 0;
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace

bool comes_after(const Origin &origin, const std::string &own) {
    return origin.on_command_line() || name_of(origin.file) > name_of(own);
}

bool did_something(const Changes &changes) {
    return std::any_of(changes.begin(), changes.end(), [](const auto &change) {
        return change.action != "kept" && change.action != "note";
    });
}

std::string as_it_is(const ModprobeLine &) {
    return kept;
}

ManagedText::ManagedText(std::string file, const GuardedText &whole)
    : file_(std::move(file)), is_public_(whole.is_public()) {
    for (std::string_view text = whole.text(); !text.empty();) {
        auto end = text.find('\n');
        lines_.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

void ManagedText::add(const std::string &line) {
    if (lines_.empty())
        lines_.emplace_back(heading);
    // after a line that continues, it would become a part of that
    if (goes_on(lines_.back()))
        lines_.emplace_back();
    lines_.push_back(line);
    changes_.push_back({"added", file_, line, "", ""});
}

std::string ManagedText::physical(unsigned first, unsigned count) const {
    std::string text;
    for (unsigned i = 0; i < count; ++i)
        text += (i == 0 ? "" : "\n") + lines_[first - 1 + i];
    return text;
}

void ManagedText::replace(unsigned first, unsigned count, const std::string &line) {
    changes_.push_back({"removed", file_, is_public_ ? physical(first, count) : "", "", ""});
    auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(first - 1);
    auto at = lines_.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (line.empty())
        return;
    lines_.insert(at, line);
    changes_.push_back({"added", file_, is_public_ ? line : "", "", ""});
}

void ManagedText::rewrite_modprobe(
    const std::function<std::string(const ModprobeLine &)> &instead) {
    std::string all;
    for (const auto &line : lines_)
        all += line + '\n';
    auto parsed = parse_modprobe_lines(all, {file_});
    // from the end, so that the numbers of earlier lines stay valid
    for (auto line = parsed.rbegin(); line != parsed.rend(); ++line)
        if (auto text = instead(*line); text != kept)
            replace(line->origin.line, line->lines, text);
}

void ManagedText::remove_modules(const std::function<bool(const std::string &name)> &unwanted) {
    std::string all;
    for (const auto &line : lines_)
        all += line + '\n';
    auto parsed = parse_modules_load(all, {file_});
    for (auto line = parsed.rbegin(); line != parsed.rend(); ++line)
        if (unwanted(line->name))
            replace(line->origin.line, 1, "");
}

void ManagedText::expect(Effect effect) {
    effects_.push_back(std::move(effect));
}

Result<void> ManagedText::check(const ModprobeConfiguration &now) const {
    if (effects_.empty())
        return {};
    const auto then = now.with(file_, text());
    for (const auto &effect : effects_)
        TRY(effect(then));
    return {};
}

std::string ManagedText::text() const {
    std::string result;
    bool anything = false;
    for (const auto &line : lines_) {
        anything = anything || (line != heading && !line.empty());
        result += line + '\n';
    }
    return anything ? result : "";
}

void ManagedText::keep(const Origin &origin) {
    remarks_.push_back({"kept", origin.file, "", origin.text(), ""});
}

void ManagedText::note(std::string sentence) {
    remarks_.push_back({"note", "", "", "", std::move(sentence)});
}

Changes ManagedText::changes() const {
    Changes all = changes_;
    all.insert(all.end(), remarks_.begin(), remarks_.end());
    return all;
}

Configured Configured::read(const ConfigurationPlaces &places) {
    return {ModprobeConfiguration::read(places), EnabledModules::read(places)};
}

namespace {

Result<Changes> decide(const ConfigurationPlaces &places, ManagedText &text,
                       const EditManaged &work) {
    const auto now = Configured::read(places);
    TRY(work(now, text));
    auto changes = text.changes();
    if (did_something(changes))
        TRY(text.check(now.modprobe));
    return changes;
}

ManagedText own_text(const std::string &path, const std::string &text) {
    std::error_code none;
    const bool is_new = !std::filesystem::exists(path, none);
    return {path, {text, is_new || everybody_reads(path)}};
}

} // namespace

// Both files are locked, always in the same order, because masks determine what can be enabled.
Result<Changes> edit_managed_file(const ConfigurationPlaces &places, ManagedFile file,
                                  const EditManaged &work) {
    const bool is_modprobe = file == ManagedFile::Modprobe;
    const auto path = is_modprobe ? places.own_modprobe_file() : places.own_modules_load_file();
    auto unlocked = own_text(path, read_text(path).value_or(""));
    if (auto outlook = decide(places, unlocked, work); !outlook || !did_something(outlook.value()))
        return outlook;
    auto modprobe = EditLock::take(places.own_modprobe_file());
    if (!modprobe)
        return modprobe.error();
    auto modules_load = EditLock::take(places.own_modules_load_file());
    if (!modules_load)
        return modules_load.error();
    Changes changes;
    auto edited = (is_modprobe ? modprobe : modules_load)
                      .value()
                      .edit([&](const std::string &now) -> Result<std::optional<std::string>> {
                          auto text = own_text(path, now);
                          auto decided = TRY(decide(places, text, work));
                          changes = std::move(decided);
                          return did_something(changes) ? std::optional(text.text()) : std::nullopt;
                      });
    return edited ? Result<Changes>(std::move(changes)) : edited.error();
}

} // namespace mk
