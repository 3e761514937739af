// SPDX-License-Identifier: GPL-2.0-only
// Algorithms of the module that the kernel's cryptography uses now.
#include <algorithm>
#include <charconv>
#include <string>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// One block of /proc/crypto, a line a value: "driver       : sha256-generic"
struct Algorithm {
    std::string driver;
    std::string module;
    std::uint32_t references = 0;
};

void read_line_into(Algorithm &algorithm, std::string_view line) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos)
        return;
    const auto value = line.substr(colon + 2);
    if (line.starts_with("driver "))
        algorithm.driver = value;
    else if (line.starts_with("module "))
        algorithm.module = value;
    else if (line.starts_with("refcnt "))
        std::from_chars(value.data(), value.data() + value.size(), algorithm.references);
}

// One reference is that of the list itself, which holds no module.
void add(const HolderSearch &search, const Algorithm &algorithm, HolderList &list) {
    if (algorithm.module != search.module.name || algorithm.references < 2)
        return;
    Holder holder;
    holder.kind = HolderKind::Algorithm;
    holder.what = algorithm.driver;
    holder.references = algorithm.references - 1;
    list.holders.push_back(std::move(holder));
}

} // namespace

void find_algorithms(const HolderSearch &search, HolderList &list) {
    const auto text = read_text(path_in(search.root, "/proc/crypto")).value_or("");
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find("\n\n", from), text.size());
        Algorithm algorithm;
        for (const auto line : split(std::string_view(text).substr(from, end - from), "\n"))
            read_line_into(algorithm, line);
        add(search, algorithm, list);
        from = end + 2;
    }
}

} // namespace mk
