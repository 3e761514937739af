// SPDX-License-Identifier: GPL-2.0-only
#include "holders/extension_needs.hpp"

#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_string.h>

#include <algorithm>
#include <cstddef>

namespace mk {

namespace {

// A text of a fixed size; "": @info is too short.
std::string text_at(std::string_view info, std::size_t place, std::size_t size) {
    if (info.size() < place + size)
        return {};
    const auto text = info.substr(place, size);
    return std::string(text.substr(0, text.find('\0')));
}

std::vector<std::string> needs_of_connections(std::string_view info) {
    using Info = xt_ct_target_info_v1; // an older one ends after the helper
    std::vector<std::string> needs;
    if (const auto helper = text_at(info, offsetof(Info, helper), sizeof Info::helper);
        !helper.empty())
        needs.push_back("nfct-helper-" + helper);
    if (info.size() >= sizeof(Info) &&
        !text_at(info, offsetof(Info, timeout), sizeof Info::timeout).empty())
        needs.emplace_back("nfnetlink_cttimeout");
    return needs;
}

} // namespace

std::vector<std::string> extension_needs(std::string_view name, std::string_view info) {
    if (name == "CT")
        return needs_of_connections(info);
    if (name == "LOG" || name == "TRACE")
        return {"nf_log_syslog"};
    if (name == "NFLOG")
        return {"nfnetlink_log"};
    if (name == "nfacct")
        return {"nfnetlink_acct"};
    if (name == "string")
        if (const auto way =
                text_at(info, offsetof(xt_string_info, algo), XT_STRING_MAX_ALGO_NAME_SIZE);
            !way.empty())
            return {"ts_" + way};
    return {};
}

} // namespace mk
