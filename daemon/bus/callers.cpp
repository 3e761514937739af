// SPDX-License-Identifier: GPL-2.0-only
#include "bus/callers.hpp"

#include <utility>

#include "bus/guarded.hpp"

namespace mk::bus {

namespace {

struct CredsDeleter {
    void operator()(sd_bus_creds *creds) const { sd_bus_creds_unref(creds); }
};
using Creds = std::unique_ptr<sd_bus_creds, CredsDeleter>;

// False: without its user there is nobody to decide about.
bool look_up(sd_bus_message *call, JobCaller &caller) {
    constexpr std::uint64_t wanted = SD_BUS_CREDS_EUID | SD_BUS_CREDS_PID | SD_BUS_CREDS_COMM |
                                     SD_BUS_CREDS_AUDIT_LOGIN_UID | SD_BUS_CREDS_AUGMENT;
    sd_bus_creds *raw = nullptr;
    if (sd_bus_query_sender_creds(call, wanted, &raw) < 0)
        return false;
    const Creds creds(raw);
    if (sd_bus_creds_get_euid(raw, &caller.uid) < 0)
        return false;
    if (sd_bus_creds_get_pid(raw, &caller.pid) < 0)
        caller.pid = 0;
    const char *comm = nullptr;
    if (sd_bus_creds_get_comm(raw, &comm) >= 0)
        caller.comm = comm;
    uid_t login = 0;
    if (sd_bus_creds_get_audit_login_uid(raw, &login) >= 0)
        caller.login_uid = login;
    return true;
}

} // namespace

const JobCaller *Callers::find(sd_bus_message *call) {
    const char *sender = sd_bus_message_get_sender(call);
    if (!sender)
        return nullptr;
    if (auto known = known_.find(sender); known != known_.end())
        return &known->second.caller;
    auto &known = known_[sender];
    known.owner = this;
    known.caller.name = sender;
    sd_bus_track *track = nullptr;
    if (sd_bus_track_new(bus_, &track, guarded<on_gone>, &known) >= 0)
        known.track.reset(track);
    // Tracked first: a name that goes while it is looked up is either told of or not found.
    if (!track || sd_bus_track_add_sender(track, call) < 0 || !look_up(call, known.caller)) {
        known_.erase(sender);
        return nullptr;
    }
    return &known.caller;
}

int Callers::on_gone(sd_bus_track *, void *userdata) {
    auto &known = *static_cast<Known *>(userdata);
    auto &self = *known.owner;
    const auto name = known.caller.name;
    // Whoever listens may look the name up again, so that it is forgotten first; what is left of it
    // stays until sd-bus is done with its track.
    const auto forgotten = self.known_.extract(name);
    for (const auto &left : self.left_)
        left(name);
    return 0;
}

} // namespace mk::bus
