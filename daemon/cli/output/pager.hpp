// SPDX-License-Identifier: GPL-2.0-only
// Long output for a person goes through a pager.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace mk::cli {

// With whose rights this process acts, and who may be the person at the keyboard.
struct Actor {
    uid_t real = 0;
    uid_t effective = 0;
    std::vector<uid_t> owners; // of the login and of the session, as far as they are known
    bool became = false;       // another user, by sudo or pkexec

    static Actor of_this_process();

    // Somebody who may run this command as another user may not run any other program as that one,
    // which most pagers offer.
    bool acts_for_another() const;
};

struct Pager {
    std::string command;   // "": none
    bool confined = false; // may start nothing and write no file: LESSSECURE
};

// @wanted: what $PAGER says. Only less is known to obey LESSSECURE.
Pager pager_for(const Actor &actor, const std::string &wanted);

// Writes text to stdout: through $PAGER, or less where it is installed, when allowed, stdout is a
// terminal and the text does not fit on it. On behalf of another user only less, which then can
// start nothing.
void print_paged(const std::string &text, bool allowed);

} // namespace mk::cli
