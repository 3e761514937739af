// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kernel_lint.hpp"

#include <fmt/core.h>

#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/suggestion.hpp"
#include "kmod/catalog.hpp"

namespace mk::policy {

namespace {

class KernelLint {
  public:
    KernelLint(Catalog &catalog, const ConfigurationPlaces &places, Findings &findings)
        : catalog_(catalog), loaded_(places.loaded()), release_(places.release()),
          findings_(findings), names_(texts_of(catalog.names())),
          known_(names_.begin(), names_.end()) {}

    void check(const Rule &rule) {
        if (rule.is_default || rule.gate != Gate::Load)
            return;
        for (const auto *patterns : {&rule.what, &rule.except})
            for (const auto &pattern : *patterns)
                if (pattern.kind == Pattern::Kind::Name && !is_pattern(pattern.text))
                    check(pattern);
        if (rule.verdict == Verdict::Deny && rule.conditions.empty())
            for (const auto &pattern : rule.what)
                if (pattern.kind == Pattern::Kind::Name &&
                    loaded_.is_live(ModuleName(pattern.text)))
                    findings_.push_back(warning_at(
                        pattern.place, fmt::format("{} is loaded, and stays so", pattern.text),
                        "to be rid of it: modkeeper unload " + pattern.text));
    }

  private:
    void check(const Pattern &pattern) {
        if (known_.contains(pattern.text))
            return;
        const auto file = catalog_.describe_name(ModuleName(pattern.text));
        if (file && file.value().built_in) {
            findings_.push_back(warning_at(
                pattern.place, fmt::format("{} is built into kernel {}: no rule reaches it",
                                           pattern.text, release_)));
            return;
        }
        const auto meant = nearest(pattern.text, names_);
        findings_.push_back(warning_at(
            pattern.place, fmt::format("kernel {} has no module {}", release_, pattern.text),
            meant.empty() ? "" : "did you mean " + meant + "?"));
    }

    Catalog &catalog_;
    LoadedModules loaded_;
    std::string release_;
    Findings &findings_;
    std::vector<std::string> names_;
    std::set<std::string> known_;
};

} // namespace

void lint_for_kernel(const Policy &policy, const ConfigurationPlaces &places, Findings &findings) {
    auto catalog = Catalog::create(places.catalog());
    if (!catalog)
        return; // resolve_selectors() says so
    KernelLint lint(catalog.value(), places, findings);
    for (const auto &rule : policy.rules)
        lint.check(rule);
}

} // namespace mk::policy
