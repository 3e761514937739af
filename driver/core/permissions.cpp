// SPDX-License-Identifier: GPL-2.0-only
#include "core/permissions.hpp"

#include "kernel/ktime.hpp"
#include "kernel/workqueue.hpp"
#include "lib/glob.hpp"

namespace mk {

bool Permission::fits(modkeeper_policy_gate gate, Text name) const {
    return gate == gate_ && Glob(name_.text()).matches(name);
}

bool Permission::spend() const {
    if (!is_counted_)
        return true;
    for (u32 left = uses_left_.load_relaxed(); left; left = uses_left_.load_relaxed())
        if (uses_left_.replace_relaxed(left, left - 1))
            return true;
    return false;
}

void Permission::describe(modkeeper_permission &to) const {
    to = {};
    to.id = id_;
    to.until_boottime_ns = until_ns_;
    to.uses_left = uses_left_.load_relaxed();
    to.gate = gate_;
    copy_bytes(to.name, name().data(), name().length());
}

// Those whose uses are not counted first. Another one may spend the last use meanwhile: then the
// search goes on.
const Permission *Permissions::search(const RcuReader &reader, modkeeper_policy_gate gate,
                                      Text name, bool spends) const {
    u64 now_ns = boottime_coarse_ns();
    for (int counted = 0; counted <= 1; counted++)
        for (const RcuPointer<Permission> &place : places_) {
            const Permission *permission = place.read(reader);
            if (!permission || permission->is_counted() != static_cast<bool>(counted) ||
                permission->is_over(now_ns) || !permission->fits(gate, name))
                continue;
            if (!spends || permission->spend())
                return permission;
        }
    return nullptr;
}

u64 Permissions::take(const RcuReader &reader, modkeeper_policy_gate gate, Text name) const {
    if (!count_.load_relaxed())
        return 0;
    const Permission *permission = search(reader, gate, name, true);
    if (!permission)
        return 0;
    if (permission->is_counted())
        call_later();
    return permission->id();
}

u64 Permissions::find(const RcuReader &reader, modkeeper_policy_gate gate, Text name) const {
    const Permission *permission = search(reader, gate, name, false);
    return permission ? permission->id() : 0;
}

Result<> Permissions::add(Owned<Permission> permission) {
    for (RcuPointer<Permission> &place : places_) {
        if (place.own())
            continue;
        place.exchange(mk::move(permission));
        count_.add_relaxed(1);
        return {};
    }
    return Errno::enospc;
}

Retired<Permission> Permissions::remove_at(usize place, modkeeper_permission &was) {
    places_[place].own()->describe(was);
    count_.add_relaxed(-1U);
    return places_[place].replace({});
}

Retired<Permission> Permissions::remove(u64 id, u64 now_ns, modkeeper_permission &was) {
    for (usize i = 0; i < max; i++) {
        const Permission *permission = places_[i].own();
        if (permission && permission->id() == id && !permission->is_over(now_ns))
            return remove_at(i, was);
    }
    return {};
}

bool Permissions::remove_over(u64 now_ns, Retired<Permission> &ended, modkeeper_permission &was) {
    for (usize i = 0; i < max; i++) {
        const Permission *permission = places_[i].own();
        if (!permission || !permission->is_over(now_ns))
            continue;
        ended = remove_at(i, was);
        return true;
    }
    return false;
}

usize Permissions::list(u64 now_ns, modkeeper_permission *to) const {
    usize count = 0;
    for (const RcuPointer<Permission> &place : places_) {
        const Permission *permission = place.own();
        if (permission && !permission->is_over(now_ns))
            permission->describe(to[count++]);
    }
    return count;
}

bool Permissions::waits_for_time() const {
    for (const RcuPointer<Permission> &place : places_)
        if (place.own() && place.own()->ends_by_time())
            return true;
    return false;
}

} // namespace mk
