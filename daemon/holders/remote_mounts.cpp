// SPDX-License-Identifier: GPL-2.0-only
#include "holders/remote_mounts.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/mount_spaces.hpp"
#include "holders/namespaces.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

// "4.2" of "rw,vers=4.2,addr=10.0.0.1"
std::string_view value_of(const Mount &mount, std::string_view name) {
    for (const auto option : split(mount.options, ","))
        if (const auto equals = option.find('=');
            equals != std::string_view::npos && option.substr(0, equals) == name)
            return option.substr(equals + 1);
    return {};
}

class RemoteScan {
  public:
    RemoteScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        if (!is_version() && !is_of_calls() && !is_of_security())
            return;
        for (const auto &space : namespaces_in(search_.root, "mnt").all)
            look_into(space);
        if (is_hidden_)
            list_.unchecked.emplace_back(hidden_mounts);
    }

  private:
    bool is_version() const { return search_.module.name.starts_with("nfsv"); }
    bool is_of_calls() const { return search_.module.name == "sunrpc"; }
    bool is_of_security() const {
        return search_.module.name == "auth_rpcgss" || search_.module.name == "rpcsec_gss_krb5";
    }

    void look_into(const Namespace &space) {
        const auto mounts = mounts_in(search_.root, space);
        is_hidden_ |= !mounts.has_value();
        for (const auto &mount : mounts.value_or(std::vector<Mount>()))
            if ((mount.type == "nfs" || mount.type == "nfs4") && uses_module(mount) &&
                devices_.insert(mount.device).second)
                add(space, mount);
    }

    bool uses_module(const Mount &mount) const {
        if (is_version())
            return search_.module.name ==
                   "nfsv" + std::string(value_of(mount, "vers").substr(0, 1));
        return is_of_calls() || value_of(mount, "sec").starts_with("krb5");
    }

    // Mounts from one server share what holds the module of the version. How often calls and their
    // security are held nobody tells.
    std::uint32_t references_of(const Mount &mount) {
        const bool is_new =
            servers_.emplace(value_of(mount, "vers"), value_of(mount, "addr")).second;
        if (is_version())
            return is_new;
        return list_.rest();
    }

    void add(const Namespace &space, const Mount &mount) {
        if (list_.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = HolderKind::Mount;
        holder.what = mount.type;
        holder.through = is_of_security() ? "sec=" + std::string(value_of(mount, "sec"))
                                          : "vers=" + std::string(value_of(mount, "vers"));
        holder.mount_point = mount.point;
        holder.references = references_of(mount);
        holder.remedy = "umount " + shell_word(mount.point);
        set_place(holder, search_.root, space);
        list_.holders.push_back(std::move(holder));
    }

    const HolderSearch &search_;
    HolderList &list_;
    bool is_hidden_ = false; // what is mounted in one of the namespaces
    std::set<std::string> devices_;
    std::set<std::pair<std::string, std::string>> servers_; // version and address
};

} // namespace

void find_remote_mounts(const HolderSearch &search, HolderList &list) {
    RemoteScan(search, list).run();
}

} // namespace mk
