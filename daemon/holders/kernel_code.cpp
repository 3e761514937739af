// SPDX-License-Identifier: GPL-2.0-only
// Functions of the kernel that took references and did not give them back, as the driver's record
// has it since its parameter track_refs is on.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "holders/search.hpp"

namespace mk {

namespace {

// Ways in which what other finders tell takes and gives back references.
bool is_known_way(std::string_view function) {
    static constexpr std::array<std::string_view, 26> known = {
        "__fput",         "__module_get",      "__sock_create",
        "__sock_release", "add_usage_links",   "af_alg_accept",
        "bdev_open",      "blkdev_get_by_dev", "blkdev_get_by_dev.part.0",
        "blkdev_put",     "cdev_get",          "cdev_put",
        "chrdev_open",    "crypto_mod_get",    "crypto_mod_put",
        "delete_module",  "do_accept",         "do_dentry_open",
        "do_init_module", "get_filesystem",    "get_fs_type",
        "misc_open",      "put_filesystem",    "ref_module",
        "sk_prot_alloc",  "sock_release"};
    return std::ranges::find(known, function) != known.end();
}

// "function" of "function+0x12/0x34 [module]", with the module
std::string function_of(std::string_view caller) {
    const auto plus = caller.find('+');
    const auto module = caller.find(" [");
    std::string function(caller.substr(0, std::min(plus, module)));
    return module == std::string_view::npos ? function
                                            : function + std::string(caller.substr(module));
}

struct Balance {
    std::uint32_t taken = 0;
    std::uint32_t given_back = 0;
    std::uint64_t last_ns = 0; // since boot

    std::uint32_t open() const { return taken > given_back ? taken - given_back : 0; }
};

Holder holder_of(const std::string &function, const Balance &balance, std::uint64_t now_ns) {
    constexpr std::uint64_t ns_per_s = 1'000'000'000;
    Holder holder;
    holder.kind = HolderKind::KernelCode;
    holder.what = function;
    holder.through =
        fmt::format("took {} and gave back {}, the last time {} s ago", balance.taken,
                    balance.given_back, (now_ns - std::min(now_ns, balance.last_ns)) / ns_per_s);
    return holder;
}

} // namespace

void find_kernel_code(const HolderSearch &search, HolderList &list) {
    std::map<std::string, Balance> balances;
    std::uint64_t given_by_others = 0;
    for (const auto &change : search.changes) {
        const auto function = function_of(change.caller);
        if (is_known_way(function))
            continue;
        auto &balance = balances[function];
        ++(change.got ? balance.taken : balance.given_back);
        balance.last_ns = std::max(balance.last_ns, change.boottime_ns);
    }
    for (const auto &[function, balance] : balances)
        if (balance.given_back > balance.taken)
            given_by_others += balance.given_back - balance.taken;
    auto rest = list.rest();
    for (const auto &[function, balance] : balances) {
        if (balance.open() == 0)
            continue;
        auto holder = holder_of(function, balance, search.now_ns);
        // If another function gives back what it took, nobody knows how many it still has.
        if (given_by_others == 0)
            holder.references = std::min(balance.open(), rest);
        rest -= holder.references;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
