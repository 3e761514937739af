// SPDX-License-Identifier: GPL-2.0-only
#include "core/requests.hpp"

#include "kernel/sched.hpp"
#include "lib/bytes.hpp"

namespace mk {

void Requests::asked(u64 sequence, u64 boottime_ns, const mk_task &task, Text alias) {
    auto table = table_.lock();
    Request &request = table->requests[table->next++ % kept];
    request.used = true;
    request.sequence = sequence;
    request.asked_ns = boottime_ns;
    request.returned_ns = ~0ULL;
    request.pid = task.pid;
    request.uid = task.uid;
    request.helper = 0;
    request.uncertain = false;
    request.trusted = current_is_trusted();
    copy_bytes(request.comm, task.comm, sizeof(request.comm));
    request.alias = alias;
}

void Requests::returned(u32 pid, u64 boottime_ns) {
    auto table = table_.lock();
    for (Request &request : table->requests)
        if (request.used && request.pid == pid && request.returned_ns == ~0ULL)
            request.returned_ns = boottime_ns;
}

RequestLink Requests::served_by(u32 tgid, u64 started_ns, Text alias) {
    auto table = table_.lock();
    Request *served = nullptr;
    u32 fitting = 0;
    bool trusted = true;
    for (Request &request : table->requests) {
        if (!request.fits(started_ns, alias))
            continue;
        if (request.helper == tgid) {
            served = &request;
            fitting = 1;
            trusted = request.trusted;
            break;
        }
        if (request.helper)
            continue;
        fitting++;
        trusted &= request.trusted;
        if (!served || request.asked_ns < served->asked_ns)
            served = &request;
    }
    RequestLink link;
    if (!served)
        return link;
    if (fitting > 1)
        for (Request &request : table->requests)
            request.uncertain |= !request.helper && request.fits(started_ns, alias);
    served->helper = tgid;
    served->trusted = trusted;
    link.link = served->uncertain ? MODKEEPER_LINK_UNCERTAIN : MODKEEPER_LINK_CERTAIN;
    link.sequence = served->sequence;
    link.pid = served->pid;
    link.uid = served->uid;
    link.trusted = trusted;
    copy_bytes(link.comm, served->comm, sizeof(link.comm));
    link.alias = served->alias.text();
    return link;
}

} // namespace mk
