// SPDX-License-Identifier: GPL-2.0-only
#include "core/clients.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

template <usize size> bool is_ended(const char (&text)[size]) {
    for (char c : text)
        if (!c)
            return true;
    return false;
}

bool are_known(u32 flags) {
    constexpr u32 known =
        MODKEEPER_CLIENT_SEEN | MODKEEPER_CLIENT_CONTAINER | MODKEEPER_CLIENT_THERE;
    return !(flags & ~known) &&
           (flags & MODKEEPER_CLIENT_SEEN || !(flags & MODKEEPER_CLIENT_CONTAINER));
}

// Does it state a client? That may be root, of whose process nothing is known.
bool states(const modkeeper_client &request) {
    return request.pid || request.uid || request.flags;
}

void take(Client &client, const modkeeper_client &request) {
    client.flags = states(request) ? request.flags | MODKEEPER_CLIENT_THERE : 0;
    client.pid = request.pid;
    client.uid = request.uid;
    client.loginuid = request.loginuid;
    // What follows the NUL is not for others to read.
    Text comm = Text::from_c(request.comm);
    clear_bytes(client.comm, sizeof(client.comm));
    copy_bytes(client.comm, comm.data(), comm.length());
    client.cgroup = Text::from_c(request.cgroup);
}

} // namespace

// Its capabilities are not stated, and do not count: whoever is not root is unprivileged.
PolicyAskers Client::askers() const {
    PolicyAskers askers;
    if (!is_there())
        return askers;
    askers.known = true;
    askers.uid_first = askers.uid_last = uid;
    auto put = [&askers](u32 fact, bool holds, bool may_hold) {
        u32 bit = 1U << (fact - MODKEEPER_FACT_BY_UNPRIVILEGED);
        askers.all |= holds ? bit : 0;
        askers.some |= may_hold ? bit : 0;
    };
    bool seen = flags & MODKEEPER_CLIENT_SEEN;
    bool in_container = flags & MODKEEPER_CLIENT_CONTAINER;
    bool logged_in = seen && loginuid != MK_NOBODY;
    put(MODKEEPER_FACT_BY_UNPRIVILEGED, uid != 0, uid != 0);
    put(MODKEEPER_FACT_BY_CONTAINER, in_container, in_container || !seen);
    put(MODKEEPER_FACT_BY_LOGIN, logged_in, logged_in || !seen);
    return askers;
}

// The one that the process has, else one that is free, else that of a process that has ended.
Clients::Statement *Clients::place_for(Table &table, u32 tgid, u64 started_ns) {
    Statement *place = nullptr;
    for (Statement &statement : table.statements) {
        if (statement.is_of(tgid, started_ns))
            return &statement;
        if (!place && !statement.used)
            place = &statement;
    }
    if (place)
        return place;
    for (Statement &statement : table.statements)
        if (!process_lives(statement.tgid, statement.started_ns))
            return &statement;
    return nullptr;
}

Result<> Clients::state(UserIn<modkeeper_client> user) {
    if (!current_may_load())
        return Errno::eperm;
    modkeeper_client request = TRY(user.read());
    if (!are_known(request.flags) || !is_ended(request.comm) || !is_ended(request.cgroup))
        return Errno::einval;
    u32 tgid = current_task().tgid;
    u64 started_ns = current_origin().started_ns;
    auto table = table_.lock();
    Statement *place = place_for(*table, tgid, started_ns);
    if (!place)
        return states(request) ? Result<>(Errno::enospc) : Result<>();
    place->used = states(request);
    place->tgid = tgid;
    place->started_ns = started_ns;
    take(place->client, request);
    any_.store_relaxed(true);
    return {};
}

void Clients::find(Client &client) {
    client.flags = 0;
    if (!any_.load_relaxed())
        return;
    u32 tgid = current_task().tgid;
    u64 started_ns = current_origin().started_ns;
    auto table = table_.lock();
    for (const Statement &statement : table->statements)
        if (statement.is_of(tgid, started_ns))
            client = statement.client;
}

} // namespace mk
