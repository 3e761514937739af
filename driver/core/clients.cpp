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

bool is_nobody(const modkeeper_client &client) {
    return !client.uid && !client.loginuid && !client.comm[0] && !client.cgroup[0];
}

Result<Client> client_of(const modkeeper_client &request) {
    if (request.flags || !is_ended(request.comm) || !is_ended(request.cgroup))
        return Errno::einval;
    if (!request.pid && !is_nobody(request))
        return Errno::einval;
    Client client;
    client.pid = request.pid;
    client.uid = request.uid;
    client.loginuid = request.loginuid;
    // What follows the NUL is not for others to read.
    Text comm = Text::from_c(request.comm);
    copy_bytes(client.comm, comm.data(), comm.length());
    client.cgroup = Text::from_c(request.cgroup);
    return client;
}

} // namespace

Result<> Clients::state(const void *owner, UserIn<modkeeper_client> user) {
    if (!current_may_load())
        return Errno::eperm;
    Client client = TRY(client_of(TRY(user.read())));
    if (!client.pid) {
        withdraw(owner);
        return {};
    }
    u32 tgid = current_task().tgid;
    u64 started_ns = current_origin().started_ns;
    auto table = table_.lock();
    Statement *place = nullptr;
    for (Statement &statement : table->statements) {
        bool is_this = statement.owner == owner || (statement.owner && statement.tgid == tgid &&
                                                    statement.started_ns == started_ns);
        if (is_this && place && place->owner) {
            // One of this file, and one of this process.
            statement.owner = nullptr;
            count_.add_relaxed(-1U);
        } else if (is_this || (!place && !statement.owner)) {
            place = &statement;
        }
    }
    if (!place)
        return Errno::enospc;
    if (!place->owner)
        count_.add_relaxed(1);
    place->owner = owner;
    place->tgid = tgid;
    place->started_ns = started_ns;
    place->client = client;
    return {};
}

void Clients::withdraw(const void *owner) {
    if (!count_.load_relaxed())
        return;
    auto table = table_.lock();
    for (Statement &statement : table->statements)
        if (statement.owner == owner) {
            statement.owner = nullptr;
            count_.add_relaxed(-1U);
        }
}

void Clients::find(Client &client) {
    if (!count_.load_relaxed())
        return;
    u32 tgid = current_task().tgid;
    u64 started_ns = current_origin().started_ns;
    auto table = table_.lock();
    for (const Statement &statement : table->statements)
        if (statement.owner && statement.tgid == tgid && statement.started_ns == started_ns)
            client = statement.client;
}

} // namespace mk
