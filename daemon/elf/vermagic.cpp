// SPDX-License-Identifier: GPL-2.0-only
#include "elf/vermagic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

using Words = std::vector<std::string_view>;

// The @words that are not in @others; the releases, which come first, are left out.
std::vector<std::string> only_in(const Words &words, const Words &others) {
    std::vector<std::string> result;
    for (std::size_t i = 1; i < words.size(); ++i)
        if (std::find(others.begin(), others.end(), words[i]) == others.end())
            result.push_back(quote(words[i]));
    return result;
}

std::string other_options(const Words &module, const Words &kernel) {
    const auto more = only_in(module, kernel);
    const auto less = only_in(kernel, module);
    std::string text = "it was built with other options than the kernel:";
    if (!more.empty())
        text += fmt::format(" it has {} and the kernel does not", join(more));
    if (!less.empty())
        text += fmt::format("{} the kernel has {} and it does not", more.empty() ? "" : ",",
                            join(less));
    return more.empty() && less.empty() ? text + " the same ones in another order" : text;
}

} // namespace

std::string vermagic_difference(const VermagicQuestion &question) {
    const auto module = split(question.of_module, " ");
    if (module.empty())
        return "it does not say which kernel it was built for (no vermagic)";
    const auto kernel = split(question.of_kernel, " ");
    // the kernel ignores the release if there are checksums
    if (!question.has_versions && module[0] != question.release)
        return fmt::format("it was built for kernel {}, not for {}", quote(module[0]),
                           question.release);
    if (kernel.empty() ||
        std::equal(module.begin() + 1, module.end(), kernel.begin() + 1, kernel.end()))
        return {};
    auto text = other_options(module, kernel);
    if (module[0] != question.release)
        text += fmt::format("; it is for kernel {}", quote(module[0]));
    return text;
}

} // namespace mk
