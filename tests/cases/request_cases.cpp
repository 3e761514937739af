// SPDX-License-Identifier: GPL-2.0-only
// Which request of the kernel a process serves: same alias, started while the request was made.
#include "check.hpp"
#include "core/request_module.hpp"
#include "kernel/slab.hpp"
#include "suites.hpp"

using mk::RequestLink;
using mk::Requests;
using mk::Text;

namespace {

class Asked {
  public:
    Asked() : made_(mk::make<Requests>()) {}
    bool ok() const { return made_.ok(); }

    // By the task @pid.
    void ask(mk::u64 sequence, mk::u64 at, mk::u32 pid, const char *alias, mk::u32 uid = 1000,
             bool waits = true) {
        mk_task task = {};
        task.pid = pid;
        task.uid = uid;
        task.comm[0] = 'i';
        task.comm[1] = 'p';
        requests().asked(sequence, at, task, {true, uid}, Text::from_c(alias), waits);
    }
    RequestLink served_by(mk::u32 tgid, mk::u64 started, const char *alias) {
        return requests().served_by(tgid, started, Text::from_c(alias));
    }
    Requests &requests() { return *made_.value(); }

  private:
    mk::Result<mk::Owned<Requests>> made_;
};

bool is(const RequestLink &link, modkeeper_link certainty, mk::u64 sequence) {
    return link.link == certainty && link.sequence == sequence;
}

} // namespace

static const char *the_one_that_fits_is_certain() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "fs-btrfs");
    RequestLink link = asked.served_by(90, 1500, "fs-btrfs");
    CHECK(is(link, MODKEEPER_LINK_CERTAIN, 7));
    CHECK(link.pid == 40 && link.uid == 1000);
    CHECK(Text::from_c(link.comm) == Text::from_c("ip"));
    CHECK(link.alias.text() == Text::from_c("fs-btrfs"));
    return nullptr;
}

static const char *another_alias_or_time_does_not_fit() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "fs-btrfs");
    CHECK(is(asked.served_by(90, 1500, "fs-xfs"), MODKEEPER_LINK_NONE, 0));
    CHECK(is(asked.served_by(90, 900, "fs-btrfs"), MODKEEPER_LINK_NONE, 0));
    CHECK(is(asked.served_by(90, 1500, ""), MODKEEPER_LINK_NONE, 0));
    asked.requests().returned(41, 1200);
    asked.requests().returned(40, 1400);
    CHECK(is(asked.served_by(90, 1500, "fs-btrfs"), MODKEEPER_LINK_NONE, 0));
    CHECK(is(asked.served_by(90, 1400, "fs-btrfs"), MODKEEPER_LINK_CERTAIN, 7));
    return nullptr;
}

static const char *all_loads_of_a_process_share_the_request() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "fs-btrfs");
    CHECK(is(asked.served_by(90, 1500, "fs-btrfs"), MODKEEPER_LINK_CERTAIN, 7));
    asked.ask(9, 1600, 41, "fs-btrfs");
    CHECK(is(asked.served_by(90, 1500, "fs-btrfs"), MODKEEPER_LINK_CERTAIN, 7));
    CHECK(is(asked.served_by(91, 1700, "fs-btrfs"), MODKEEPER_LINK_CERTAIN, 9));
    return nullptr;
}

static const char *of_several_each_is_uncertain() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "dummy");
    asked.ask(8, 1001, 41, "dummy");
    RequestLink first = asked.served_by(90, 1500, "dummy");
    RequestLink second = asked.served_by(91, 1501, "dummy");
    CHECK(is(first, MODKEEPER_LINK_UNCERTAIN, 7));
    CHECK(is(second, MODKEEPER_LINK_UNCERTAIN, 8));
    CHECK(is(asked.served_by(92, 1502, "dummy"), MODKEEPER_LINK_NONE, 0));
    return nullptr;
}

// What one of them is of, and whether all may load modules, is as unsure for the last as for the
// first.
static const char *of_several_none_is_more_trusted() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "dummy", 1000);
    asked.ask(8, 1001, 41, "dummy", 1001);
    asked.ask(9, 1002, 42, "loop", 1002);
    for (mk::u32 tgid = 90; tgid <= 91; tgid++) {
        RequestLink link = asked.served_by(tgid, 1500, "dummy");
        CHECK(link.payer == MODKEEPER_SUPPRESSED_OTHERS);
        CHECK(link.askers.uid_first == 1000 && link.askers.uid_last == 1001);
    }
    RequestLink other = asked.served_by(92, 1502, "loop");
    CHECK(other.payer == 1002 && other.askers.uid_first == 1002);
    return nullptr;
}

static const char *a_helper_without_a_request_is_not_trusted() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "fs-btrfs");
    asked.requests().returned(40, 1200);
    RequestLink link = asked.served_by(90, 1300, "fs-btrfs");
    CHECK(is(link, MODKEEPER_LINK_NONE, 0));
    CHECK(!link.trusted && link.payer == MODKEEPER_SUPPRESSED_OTHERS);
    return nullptr;
}

// A helper for which nobody waits may be started after the task has gone on.
static const char *a_request_that_does_not_wait_ends_later() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "dummy", 1000, false);
    asked.requests().returned(40, 1200);
    CHECK(is(asked.served_by(90, 1500, "dummy"), MODKEEPER_LINK_CERTAIN, 7));
    asked.ask(8, 2000, 40, "loop", 1000, false);
    asked.requests().returned(40, 2200);
    CHECK(is(asked.served_by(91, 60000000000, "loop"), MODKEEPER_LINK_NONE, 0));
    return nullptr;
}

// Its return was missed.
static const char *a_request_ends_when_its_task_asks_again() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(7, 1000, 40, "dummy");
    asked.ask(8, 2000, 40, "loop");
    asked.ask(9, 3000, 41, "dummy");
    CHECK(is(asked.served_by(90, 3500, "dummy"), MODKEEPER_LINK_CERTAIN, 9));
    return nullptr;
}

static const char *old_requests_are_forgotten() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(1, 1000, 40, "oldest");
    for (mk::u32 i = 2; i <= 65; i++)
        asked.ask(i, 1000 + i, 40 + i, "newer");
    CHECK(is(asked.served_by(90, 2000, "oldest"), MODKEEPER_LINK_NONE, 0));
    return nullptr;
}

// However many came and went since.
static const char *requests_under_way_are_kept() {
    Asked asked;
    CHECK(asked.ok());
    asked.ask(1, 1000, 40, "slow");
    for (mk::u32 i = 2; i <= 1000; i++) {
        asked.ask(i, 1000 + i, 40 + i, "junk");
        if (i > 50)
            asked.requests().returned(40 + i - 49, 1000 + i);
    }
    CHECK(is(asked.served_by(90, 3000, "slow"), MODKEEPER_LINK_CERTAIN, 1));
    return nullptr;
}

static const mk_case cases[] = {
    {"the_one_that_fits_is_certain", the_one_that_fits_is_certain},
    {"another_alias_or_time_does_not_fit", another_alias_or_time_does_not_fit},
    {"all_loads_of_a_process_share_the_request", all_loads_of_a_process_share_the_request},
    {"of_several_each_is_uncertain", of_several_each_is_uncertain},
    {"of_several_none_is_more_trusted", of_several_none_is_more_trusted},
    {"a_helper_without_a_request_is_not_trusted", a_helper_without_a_request_is_not_trusted},
    {"a_request_that_does_not_wait_ends_later", a_request_that_does_not_wait_ends_later},
    {"a_request_ends_when_its_task_asks_again", a_request_ends_when_its_task_asks_again},
    {"old_requests_are_forgotten", old_requests_are_forgotten},
    {"requests_under_way_are_kept", requests_under_way_are_kept},
};

const mk_case_suite mk_request_cases = suite_of("request", cases);
