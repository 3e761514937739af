// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/loss_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"

namespace mk::cli {
namespace {

constexpr std::size_t named_max = 8;

bool is_used(const Loss &loss) {
    return loss.importance() != Importance::Plain;
}

std::vector<Loss> most_important_first(std::vector<Loss> losses) {
    std::ranges::stable_sort(losses, std::ranges::greater(), &Loss::importance);
    return losses;
}

// "network interfaces a, b" of losses of one kind.
std::string names_of_kind(const std::vector<Loss> &losses, LossKind kind) {
    std::vector<std::string> names;
    for (const auto &loss : losses)
        if (loss.kind == kind)
            names.push_back(name_of(loss));
    if (names.empty())
        return "";
    // the noun once: it stands before each name, which as a word has no blank before it
    const auto noun = std::string(noun_of(kind)) + " ";
    auto text = names.size() == 1 ? noun : std::string(noun_of(kind)) + "s ";
    const auto shown = std::min(names.size(), named_max);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + names[i].substr(noun.size());
    return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

} // namespace

std::string lines_of(const std::vector<Loss> &losses) {
    std::string text;
    std::vector<Loss> unused;
    for (const auto &loss : most_important_first(losses)) {
        if (!is_used(loss)) {
            unused.push_back(loss);
            continue;
        }
        const auto line = fmt::format("{}: {}", name_of(loss), use_text(loss));
        const bool is_way_in = loss.importance() == Importance::WayIn;
        text += "  " + painted(printable(line), is_way_in ? Colour::Red : Colour::Yellow) + '\n';
    }
    if (!unused.empty())
        text += "  " + printable(names_in(unused)) + (text.empty() ? "" : ", not in use") + '\n';
    return text;
}

std::string names_in(const std::vector<Loss> &losses) {
    std::vector<std::string> groups;
    for (auto kind = LossKind::Interface; kind <= LossKind::FileSystem;
         kind = static_cast<LossKind>(static_cast<int>(kind) + 1))
        if (auto names = names_of_kind(losses, kind); !names.empty())
            groups.push_back(std::move(names));
    return join(groups, "; ");
}

std::string uses_in(const std::vector<Loss> &losses) {
    std::vector<std::string> clauses;
    for (const auto &loss : most_important_first(losses))
        if (is_used(loss) && clauses.size() < named_max)
            clauses.push_back(fmt::format("{} ({})", name_of(loss), use_text(loss)));
    return join(clauses, "; ");
}

Json json_of(const std::vector<Loss> &losses) {
    Json all = Json::array();
    for (const auto &loss : losses) {
        Json uses = Json::array();
        for (const auto &fact : loss.facts)
            uses.push_back(object(
                {{"use", std::string(word_of(fact.use))}, {"detail", text_or_null(fact.detail)}}));
        all.push_back(object({{"module", loss.module},
                              {"kind", std::string(word_of(loss.kind))},
                              {"name", loss.name},
                              {"importance", std::string(word_of(loss.importance()))},
                              {"in_use_as", std::move(uses)}}));
    }
    return all;
}

Json json_of(const std::vector<KeptModule> &kept) {
    Json all = Json::array();
    for (const auto &one : kept)
        all.push_back(object({{"module", one.module}, {"message", text_of(one.purpose)}}));
    return all;
}

} // namespace mk::cli
