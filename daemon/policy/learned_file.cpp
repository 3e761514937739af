// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned_file.hpp"

#include <optional>

#include "config/atomic_file.hpp"
#include "policy/digest.hpp"

namespace mk::policy {

namespace {

constexpr std::string_view seal = "\n# The next \"modkeeper policy generate --write\" replaces "
                                  "this file, unless it was changed: ";

} // namespace

Result<std::string> sealed_text(const std::string &text) {
    const auto digest = TRY(digest_of(text));
    return text + std::string(seal) + digest + "\n";
}

bool is_sealed_text(std::string_view text) {
    const auto at = text.rfind(seal);
    if (at == std::string_view::npos)
        return false;
    const auto again = sealed_text(std::string(text.substr(0, at)));
    return again && again.value() == text;
}

Result<void> write_learned(const std::string &path, const std::string &text) {
    const auto sealed = TRY(sealed_text(text));
    return edit_file(path, [&](const std::string &now) -> Result<std::optional<std::string>> {
        if (!now.empty() && !is_sealed_text(now))
            return Error{ErrorCode::Failed,
                         path + " was not written by \"modkeeper policy generate\", or was changed "
                                "since; keep its rules in a file of another name, such as "
                                "40-site.rules, and remove it; nothing was changed"};
        if (now == sealed)
            return std::optional<std::string>();
        return std::optional(sealed);
    });
}

} // namespace mk::policy
