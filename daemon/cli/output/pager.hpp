// SPDX-License-Identifier: GPL-2.0-only
// Pager for long output on a terminal.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace mk::cli {

// The user whose rights this process has, and who may be the person at the keyboard.
struct Actor {
    uid_t real = 0;
    uid_t effective = 0;
    std::vector<uid_t> owners; // of the login and of the session, if they are known
    bool became = false;       // another user, by sudo or pkexec

    static Actor of_this_process();

    // A user who may run this command as another user may not run other programs as that user,
    // which most pagers offer.
    bool acts_for_another() const;
};

struct Pager {
    std::string command;   // "": none
    bool confined = false; // may start no programs and write no files: LESSSECURE
};

// @wanted: the value of $PAGER. Only less is known to obey LESSSECURE.
Pager pager_for(const Actor &actor, const std::string &wanted);

// Writes text to stdout: through $PAGER, or less if it is installed, if that is allowed, stdout is
// a terminal, and the text does not fit on it. On behalf of another user only through less, which
// then cannot start programs.
void print_paged(const std::string &text, bool allowed);

} // namespace mk::cli
