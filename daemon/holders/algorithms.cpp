// SPDX-License-Identifier: GPL-2.0-only
// Algorithms of the module that the kernel's cryptography uses now.
#include "holders/algorithms.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// One block of /proc/crypto, a line a value: "driver       : sha256-generic"
void read_line_into(Algorithm &algorithm, std::string_view line) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos)
        return;
    const auto value = line.substr(colon + 2);
    if (line.starts_with("name "))
        algorithm.name = value;
    else if (line.starts_with("driver "))
        algorithm.driver = value;
    else if (line.starts_with("module "))
        algorithm.module = value;
    else if (line.starts_with("refcnt "))
        std::from_chars(value.data(), value.data() + value.size(), algorithm.references);
}

} // namespace

std::vector<Algorithm> algorithms_in_use(const std::string &root, const ModuleName &module) {
    std::vector<Algorithm> algorithms;
    const auto text = read_text(path_in(root, "/proc/crypto")).value_or("");
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find("\n\n", from), text.size());
        Algorithm algorithm;
        for (const auto line : split(std::string_view(text).substr(from, end - from), "\n"))
            read_line_into(algorithm, line);
        from = end + 2;
        if (algorithm.module != module || algorithm.references < 2)
            continue;
        --algorithm.references; // that of the list itself, which holds no module
        algorithms.push_back(std::move(algorithm));
    }
    return algorithms;
}

void find_algorithms(const HolderSearch &search, HolderList &list) {
    for (const auto &algorithm : algorithms_in_use(search.root, search.module.name)) {
        Holder holder;
        holder.kind = HolderKind::Algorithm;
        holder.what = algorithm.driver;
        holder.references = algorithm.references;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
