// SPDX-License-Identifier: GPL-2.0-only
// Temporary permissions, as their ioctl asks for them: one change at a time, each with a record.
#include "core/policy_arguments.hpp"
#include "core/policy_control.hpp"
#include "kernel/ktime.hpp"
#include "kernel/workqueue.hpp"
#include "lib/bytes.hpp"
#include "lib/glob.hpp"

namespace mk {
namespace {

bool is_graph(Text text) {
    for (usize i = 0; i < text.length(); i++)
        if (text.data()[i] <= ' ' || text.data()[i] >= 0x7f)
            return false;
    return true;
}

} // namespace

// One after the other: each is freed when nobody holds the mutex.
void PolicyControl::end_permissions() {
    u64 now_ns = times_now().boottime_ns;
    bool told = false;
    for (bool goes_on = true; goes_on;) {
        Retired<Permission> ended;
        modkeeper_permission was;
        auto turn = turn_.lock();
        goes_on = permissions_.remove_over(now_ns, ended, was);
        if (goes_on)
            record(MODKEEPER_POLICY_CHANGE_EXPIRED, *turn, &was);
        else if (permissions_.waits_for_time())
            call_later();
        told |= goes_on;
    }
    if (told)
        recorder_.wake_readers();
}

Result<> PolicyControl::permit(modkeeper_policy_temporary &request) {
    Text name(request.name, length_within(request.name, sizeof(request.name)));
    usize longest = request.gate == MODKEEPER_POLICY_GATE_LOAD ? MODKEEPER_POLICY_NAME_MAX
                                                               : MODKEEPER_POLICY_ALIAS_MAX;
    if (!is_policy_gate(request.gate) || request.id || request.buffer || request.buffer_size ||
        request.for_ns > MODKEEPER_PERMISSION_FOR_MAX_NS || name.empty() ||
        name.length() > longest || !is_graph(name) || !Glob(name).valid())
        return Errno::einval;
    // What is over makes room.
    end_permissions();
    request.id = ++turn_.lock()->permission;
    u64 until_ns = request.for_ns ? times_now().boottime_ns + request.for_ns : 0;
    auto permission = make<Permission>(request.id, static_cast<modkeeper_policy_gate>(request.gate),
                                       name, until_ns, request.uses);
    if (!permission.ok())
        return permission.error();
    modkeeper_permission added;
    permission.value()->describe(added);
    {
        auto turn = turn_.lock();
        if (turn->sealed)
            return Errno::eperm;
        TRY(permissions_.add(permission.take()));
        record(MODKEEPER_POLICY_CHANGE_PERMITTED, *turn, &added);
    }
    if (until_ns)
        call_later();
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::revoke(const modkeeper_policy_temporary &request) {
    if (!request.id || request.for_ns || request.uses || request.gate || request.name[0] ||
        request.buffer || request.buffer_size)
        return Errno::einval;
    {
        Retired<Permission> ended;
        modkeeper_permission was = {};
        auto turn = turn_.lock();
        if (turn->sealed)
            return Errno::eperm;
        ended = permissions_.remove(request.id, times_now().boottime_ns, was);
        if (!was.id)
            return Errno::enoent;
        record(MODKEEPER_POLICY_CHANGE_REVOKED, *turn, &was);
    }
    recorder_.wake_readers();
    return {};
}

Result<> PolicyControl::list_permissions(UserInOut<modkeeper_policy_temporary> user,
                                         modkeeper_policy_temporary &request) {
    if (request.id || request.for_ns || request.uses || request.gate || request.name[0])
        return Errno::einval;
    Result<Buffer> memory = Buffer::create(Permissions::max * sizeof(modkeeper_permission));
    if (!memory.ok())
        return memory.error();
    u8 *bytes = memory.value().data();
    {
        auto turn = turn_.lock();
        request.count = static_cast<u32>(permissions_.list(
            times_now().boottime_ns, reinterpret_cast<modkeeper_permission *>(bytes)));
    }
    usize needed = request.count * sizeof(modkeeper_permission);
    bool fits = needed <= request.buffer_size;
    if (fits && needed)
        TRY(UserBytesOut(request.buffer).write(0, bytes, needed));
    TRY(user.write(request));
    if (!fits && request.buffer_size)
        return Errno::enospc;
    return {};
}

Result<> PolicyControl::temporary(UserInOut<modkeeper_policy_temporary> user) {
    modkeeper_policy_temporary request = TRY(user.read());
    if (request.flags || request.reserved[0] || request.reserved[1])
        return Errno::einval;
    if (request.action == MODKEEPER_PERMISSION_LIST)
        return list_permissions(user, request);
    if (!may_change_policy())
        return Errno::eperm;
    if (request.action == MODKEEPER_PERMISSION_REVOKE)
        return revoke(request);
    if (request.action != MODKEEPER_PERMISSION_ADD)
        return Errno::einval;
    TRY(permit(request));
    return user.write(request);
}

} // namespace mk
