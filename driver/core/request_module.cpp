// SPDX-License-Identifier: GPL-2.0-only
#include "core/request_module.hpp"

#include "lib/bytes.hpp"

namespace mk {

Requests::Request &Requests::place_for(Table &table) {
    Request *place = &table.requests[0];
    for (Request &request : table.requests)
        if (request.goes_before(*place))
            place = &request;
    return *place;
}

void Requests::asked(u64 sequence, u64 boottime_ns, const mk_task &task, const Standing &standing,
                     Text alias, bool waits) {
    PolicyAskers asker(PolicyWho::current(task, standing.helper));
    auto table = table_.lock();
    end(*table, task.pid, boottime_ns);
    Request &request = place_for(*table);
    request.used = true;
    request.sequence = sequence;
    request.asked_ns = boottime_ns;
    request.returned_ns = ~0ULL;
    request.asker = current_identity();
    request.pid = task.pid;
    request.uid = task.uid;
    request.helper = 0;
    request.uncertain = false;
    request.trusted = standing.trusted;
    request.payer = standing.payer;
    request.askers = asker;
    request.waits = waits;
    copy_bytes(request.comm, task.comm, sizeof(request.comm));
    request.alias = alias;
}

void Requests::returned(u32 pid, u64 boottime_ns) {
    end(*table_.lock(), pid, boottime_ns);
}

void Requests::end(Table &table, u32 pid, u64 boottime_ns) {
    for (Request &request : table.requests)
        if (request.pid == pid && request.under_way())
            request.returned_ns = boottime_ns + (request.waits ? 0 : unwaited_ns);
}

// It is not known when they ended: their links may be to anybody's request.
void Requests::forget_dead(Table &table, Text alias) {
    for (Request &request : table.requests)
        if (request.under_way() && request.alias.text() == alias && !lives(request.asker))
            request.used = false;
}

RequestLink Requests::served_by(u32 tgid, u64 started_ns, Text alias) {
    auto table = table_.lock();
    forget_dead(*table, alias);
    Request *served = nullptr;
    u32 fitting = 0;
    bool trusted = true;
    u32 payer = MODKEEPER_SUPPRESSED_OTHERS;
    PolicyAskers askers;
    for (Request &request : table->requests) {
        if (!request.fits(started_ns, alias))
            continue;
        if (request.helper == tgid) {
            served = &request;
            fitting = 1;
            trusted = request.trusted;
            payer = request.payer;
            askers = request.askers;
            break;
        }
        if (request.helper)
            continue;
        payer = !fitting || payer == request.payer ? request.payer : MODKEEPER_SUPPRESSED_OTHERS;
        fitting++;
        trusted &= request.trusted;
        askers.add(request.askers);
        if (!served || request.asked_ns < served->asked_ns)
            served = &request;
    }
    RequestLink link;
    if (!served) {
        link.trusted = false;
        link.payer = payer;
        link.askers = anybody();
        return link;
    }
    if (fitting > 1)
        for (Request &request : table->requests) {
            if (request.helper || !request.fits(started_ns, alias))
                continue;
            request.uncertain = true;
            request.trusted = trusted;
            request.payer = payer;
            request.askers = askers;
        }
    served->helper = tgid;
    served->trusted = trusted;
    served->payer = payer;
    served->askers = askers;
    link.link = served->uncertain ? MODKEEPER_LINK_UNCERTAIN : MODKEEPER_LINK_CERTAIN;
    link.sequence = served->sequence;
    link.pid = served->pid;
    link.uid = served->uid;
    link.trusted = trusted;
    link.payer = payer;
    link.askers = askers;
    copy_bytes(link.comm, served->comm, sizeof(link.comm));
    link.alias = served->alias.text();
    return link;
}

} // namespace mk
