// SPDX-License-Identifier: GPL-2.0-only
// Changes of a file of rules that people and commands write both: what is not changed stays as it
// stands there, comments too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

struct NewRule {
    Verdict verdict = Verdict::Deny; // Allow or Deny, of loads
    std::vector<std::string> names;  // or patterns of names, in the kernel's spelling
    std::string reason;
    std::string until; // YYYY-MM-DD; "": for good
    std::string id;    // "": whatever is free
};

struct Changed {
    std::string text;
    std::string id;                 // of the new rule; "": none was needed
    std::vector<std::string> taken; // names that rules do not have any more, or ids of rules
};

// The line of a rule that has an id.
std::string text_of(const NewRule &rule);

// InvalidArgument: what the parser of rules has against it.
Result<void> check_rule(const NewRule &rule);

// Puts a rule in front of all others, so that it decides, and takes its names out of rules of the
// opposite verdict, which would be there for nothing. Names that such a rule, with the same reason
// and time, has already get no other. A rule that has an id counts as there if one with this id
// says so, and leaves all others as they are. @file is for messages. InvalidArgument: the file has
// an error already, or this would be one.
Result<Changed> with_rule(std::string_view text, const std::string &file, const NewRule &rule);

// Takes out the rule with this id, and @name_or_id out of the rules that allow or deny it by its
// name. NotFound: there is none.
Result<Changed> without_rule(std::string_view text, const std::string &file,
                             const std::string &name_or_id);

// Takes out just the rule with this id. NotFound: there is none.
Result<Changed> without_id(std::string_view text, const std::string &file, const std::string &id);

} // namespace mk::policy
