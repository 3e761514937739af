// SPDX-License-Identifier: GPL-2.0-only
#include "journal/reader.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>

#include "journal/job_entry.hpp"
#include "journal/libsystemd.hpp"
#include "journal/message_ids.hpp"
#include "journal/synchronize.hpp"

namespace mk::journal {

namespace {

struct ClosesJournal {
    void operator()(sd_journal *journal) const { sd_journal_close(journal); }
};
using Journal = std::unique_ptr<sd_journal, ClosesJournal>;

std::string text_of(sd_id128_t id) {
    char text[SD_ID128_STRING_MAX];
    return sd_id128_to_string(id, text);
}

sd_id128_t this_boot() {
    sd_id128_t id{};
    sd_id128_get_boot(&id);
    return id;
}

int add_match(sd_journal *journal, const std::string &match) {
    return sd_journal_add_match(journal, match.data(), match.size());
}

// Matches of one field are alternatives; matches of different fields must all hold.
int add_matches(sd_journal *journal, const Wanted &wanted) {
    int result = add_match(journal, "_UID=0");
    for (const char *id : {loaded_id, load_failed_id, unloaded_id, unload_refused_id,
                           tool_failed_id, suppressed_id, request_denied_id, would_be_denied_id,
                           policy_changed_id, policy_rolled_back_id, policy_sealed_id})
        if (result >= 0 && (!wanted.only_loads || id == loaded_id))
            result = add_match(journal, std::string("MESSAGE_ID=") + id);
    if (result >= 0 && !wanted.module.empty())
        result = add_match(journal, "MODKEEPER_MODULE=" + wanted.module);
    if (result >= 0 && wanted.this_boot)
        result = add_match(journal, "_BOOT_ID=" + text_of(this_boot()));
    return result;
}

Error failure(const char *what, int error) {
    return {ErrorCode::Failed,
            std::string("the journal cannot be ") + what + ": " + std::strerror(-error)};
}

// libsystemd silently skips files that the caller may not read.
bool is_forbidden() {
    sd_id128_t machine{};
    if (geteuid() == 0 || sd_id128_get_machine(&machine) < 0)
        return false;
    for (const char *folder : {"/var/log/journal/", "/run/log/journal/"}) {
        const std::string place = folder + text_of(machine);
        if (access(place.c_str(), F_OK) == 0)
            return access((place + "/system.journal").c_str(), R_OK) != 0;
    }
    return false;
}

Result<Journal> open_journal(const Wanted &wanted) {
    TRY(libsystemd.open());
    if (is_forbidden())
        return Error{ErrorCode::NotAuthorized,
                     "no permission to read the system's journal: be root, or a member of the "
                     "group systemd-journal or adm"};
    sd_journal *raw = nullptr;
    if (int error = sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM); error < 0)
        return failure("opened", error);
    Journal journal(raw);
    if (int error = add_matches(raw, wanted); error < 0)
        return failure("searched", error);
    return Result<Journal>(std::move(journal));
}

std::map<std::string, std::string> fields_of(sd_journal *journal) {
    std::map<std::string, std::string> fields;
    const void *data = nullptr;
    std::size_t size = 0;
    SD_JOURNAL_FOREACH_DATA(journal, data, size) {
        const std::string_view field(static_cast<const char *>(data), size);
        const auto equals = field.find('=');
        if (equals != std::string_view::npos)
            fields.emplace(field.substr(0, equals), field.substr(equals + 1));
    }
    return fields;
}

std::optional<Found> found_at(sd_journal *journal) {
    auto fields = fields_of(journal);
    auto event = event_of_entry(fields);
    if (!event)
        return std::nullopt;
    Found found{std::move(*event),       fields["_BOOT_ID"],           fields["MESSAGE"],     false,
                origin_of_entry(fields), fields[kernel_release_field], fields[build_id_field]};
    found.this_boot = found.boot_id == text_of(this_boot());
    return found;
}

} // namespace

Result<void> each_entry(const Wanted &wanted, const std::function<void(Found &)> &take) {
    auto opened = TRY(open_journal(wanted));
    sd_journal *journal = opened.get();
    // an entry is never older than its event
    int result = wanted.since_ns ? sd_journal_seek_realtime_usec(journal, *wanted.since_ns / 1000)
                                 : sd_journal_seek_head(journal);
    while (result >= 0 && (result = sd_journal_next(journal)) > 0)
        if (auto found = found_at(journal))
            take(*found);
    if (result < 0)
        return failure("read", result);
    return {};
}

Result<void> each_entry_back(const Wanted &wanted, std::chrono::milliseconds patience,
                             const std::function<bool(Found &)> &take) {
    const auto end = std::chrono::steady_clock::now() + patience;
    auto opened = TRY(open_journal(wanted));
    sd_journal *journal = opened.get();
    int result = sd_journal_seek_tail(journal);
    while (result >= 0 && std::chrono::steady_clock::now() < end &&
           (result = sd_journal_previous(journal)) > 0)
        if (auto found = found_at(journal); found && !take(*found))
            return {};
    if (result < 0)
        return failure("read", result);
    return {};
}

Position last_position() {
    synchronize();
    Wanted wanted;
    wanted.this_boot = true;
    auto opened = open_journal(wanted);
    if (!opened)
        return {};
    sd_journal *journal = opened.value().get();
    if (sd_journal_seek_tail(journal) < 0)
        return {};
    while (sd_journal_previous(journal) > 0)
        if (const auto found = found_at(journal))
            return {found->event.boottime_ns, found->event.sequence};
    return {};
}

} // namespace mk::journal
