// SPDX-License-Identifier: GPL-2.0-only
#include "cli/change.hpp"

#include <cstdio>

#include "cli/diagnostics.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace mk::cli {

ExitCode tell_done(const Invocation &invocation, const std::string &module, const char *result) {
    if (invocation.json)
        std::fputs(json_text({{"result", result}, {"module", module}}).c_str(), stdout);
    else
        std::printf("%s %s\n", result, printable(module).c_str());
    return ExitCode::Ok;
}

ExitCode tell_failed(const Invocation &invocation, const Error &error, const std::string &hint) {
    if (invocation.json)
        std::fputs(json_text(json_error(error)).c_str(), stdout);
    return fail(error, hint);
}

} // namespace mk::cli
