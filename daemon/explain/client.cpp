// SPDX-License-Identifier: GPL-2.0-only
#include "explain/client.hpp"

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/user_name.hpp"
#include "explain/control_group.hpp"

namespace mk {
namespace {

template <typename Body> std::optional<JobCaller> stated_in(const Body *body) {
    if (body == nullptr || (body->client_pid == 0 && body->client_uid == 0))
        return std::nullopt;
    JobCaller client;
    client.pid = static_cast<pid_t>(body->client_pid);
    client.uid = body->client_uid;
    if (body->client_loginuid != driver::no_loginuid)
        client.login_uid = body->client_loginuid;
    client.comm = body->client_comm;
    client.cgroup = body->client_cgroup;
    return client;
}

} // namespace

std::optional<JobCaller> client_of(const driver::Event &event) {
    if (auto client = stated_in(event.as<driver::ModuleEvent>()))
        return client;
    if (auto client = stated_in(event.as<driver::RefusedUnload>()))
        return client;
    return stated_in(event.as<driver::PolicyDecision>());
}

std::string client_text(const JobCaller &client) {
    const auto group = read_control_group(client.cgroup);
    auto more = client.pid == 0 ? std::string("a process that is not known")
                                : fmt::format("pid {}", client.pid);
    if (!client.comm.empty())
        more = as_word(client.comm) + ", " + more;
    if (!group.session.empty() && group.container.empty())
        more += ", session " + as_word(group.session);
    else if (const auto place = place_text(group); !place.empty())
        more += ", in " + place;
    if (client.login_uid && *client.login_uid != client.uid)
        more += ", logged in as " + user_text(*client.login_uid);
    return fmt::format("{} ({})", user_text(client.uid), more);
}

std::string for_client(const driver::Event &event) {
    const auto client = client_of(event);
    if (!client)
        return "";
    const auto process = client->comm.empty() ? std::string("a process") : as_word(client->comm);
    return fmt::format(" for {}{} of uid {}{}", process,
                       client->pid == 0 ? "" : fmt::format("[{}]", client->pid), client->uid,
                       in_place(client->cgroup));
}

} // namespace mk
