// SPDX-License-Identifier: GPL-2.0-only
#include "config/parameter_write.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/errno_text.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "kmod/parameter_type.hpp"
#include "kmod/parameter_value.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

// How long a value is that sysfs no longer takes in one piece.
std::size_t page() {
    return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string file_of(const ConfigurationPlaces &places, const ParameterTable &table,
                    const ParameterRow &row) {
    return path_in(places.root, "/sys/module/" + table.module + "/parameters/" + row.name);
}

// What the declared type would have accepted.
std::string hint_for(const ParameterRow &row, const std::string &value) {
    const auto problem = value_problem(row.type, value);
    return problem.empty() ? "" : "; " + problem;
}

Error refused(const ParameterTable &table, const ParameterRow &row, const std::string &value,
              int error) {
    // users other than root may not, and nobody may on a read-only /sys
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    const bool by_kernel = denied && error != EROFS && geteuid() == 0;
    const auto code = by_kernel ? ErrorCode::Failed
                      : denied  ? ErrorCode::NotAuthorized
                                : ErrorCode::BadParameter;
    return {code,
            fmt::format("parameter {} of module {} was not set to {}: {}{}", row.name, table.module,
                        quote(value),
                        by_kernel ? "the kernel does not let anybody set it now, "
                        : denied  ? ""
                                  : "the module refused it, ",
                        errno_text(error) + (denied ? "" : hint_for(row, value))),
            {.module = table.module, .number = error}};
}

// 0 or errno. The whole value goes in one write: each write is a separate value.
int write_once(const std::string &path, const std::string &value) {
    int fd = open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    ssize_t wrote = 0;
    do
        wrote = write(fd, value.data(), value.size());
    while (wrote < 0 && errno == EINTR);
    int error = wrote < 0 ? errno : 0;
    if (wrote >= 0 && static_cast<std::size_t>(wrote) != value.size())
        error = EIO;
    close(fd);
    return error;
}

Result<void> check_writable(const ParameterTable &table, const ParameterRow &row,
                            const std::string &value) {
    const auto instead = fmt::format("modkeeper reload {} {}={}, or with --persist-only for the "
                                     "next load",
                                     table.module, row.name, value);
    if (table.state == LoadState::Absent)
        return Error{ErrorCode::NotLoaded,
                     fmt::format("module {} is not loaded; modkeeper load {} {}={}", table.module,
                                 table.module, row.name, value)};
    if (!row.live.writable())
        return Error{ErrorCode::DeniedByKernel,
                     fmt::format("parameter {} of module {} cannot be set at run time{}; {}",
                                 row.name, table.module,
                                 row.live.mode == 0 ? ": it is not in sysfs" : "",
                                 table.state == LoadState::BuiltIn
                                     ? fmt::format("put {}.{}={} on the kernel command line",
                                                   table.module, row.name, value)
                                     : instead)};
    if (value.empty())
        return Error{ErrorCode::BadParameter,
                     fmt::format("parameter {} of module {} cannot be set to an empty value at run "
                                 "time: sysfs does not pass one on; {}",
                                 row.name, table.module, instead)};
    if (value.size() >= page())
        return Error{ErrorCode::BadParameter,
                     fmt::format("the value for parameter {} of module {} is too long: {} bytes",
                                 row.name, table.module, value.size())};
    return {};
}

// From the module file; only the name if there is none.
Result<ModuleFile> module_of(const ConfigurationPlaces &places, const ParameterTable &table) {
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    if (auto file = catalog.find(table.module))
        return file;
    ModuleFile module;
    module.name = table.module;
    return module;
}

} // namespace

Result<ParameterRow> find_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                    const std::string &parameter, const std::string &value) {
    if (parameter.find_first_of("/=") != std::string::npos || parameter.starts_with('.'))
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} is not a valid parameter name", quote(parameter))};
    TRY(check_parameter_syntax({parameter + "=" + value}));
    for (const auto &row : table.rows)
        // a parameter that is only in a configuration file is not one of the module
        if (is_same_name(row.name, parameter) && row.known())
            return row;
    const auto module = TRY(module_of(places, table));
    // it may be a parameter that is not in .modinfo
    TRY(check_parameters(module, {parameter + "=" + value}));
    ParameterRow unseen;
    unseen.name = canonical_name(parameter);
    return unseen;
}

Result<void> check_value(const ConfigurationPlaces &places, const ParameterTable &table,
                         const ParameterRow &row, const std::string &value) {
    const auto module = TRY(module_of(places, table));
    // a parameter that the kernel shows but the file does not declare has no type to check
    const bool can_be_checked =
        table.state != LoadState::BuiltIn && (row.declared || row.live.mode == 0);
    return can_be_checked ? check_parameters(module, {row.name + "=" + value}) : Result<void>();
}

Result<Changes> write_parameter(const ConfigurationPlaces &places, const ParameterTable &table,
                                const ParameterRow &row, const std::string &value) {
    TRY(check_writable(table, row, value));
    const auto path = file_of(places, table, row);
    if (int error = write_once(path, value); error != 0)
        return refused(table, row, value, error);
    auto now = row.live.readable() ? read_text(path, page() * 2) : std::nullopt;
    if (!now)
        return Changes{
            {"set", path, value, "", ""},
            {"note", "", "", "",
             fmt::format("parameter {} of module {} cannot be read back", row.name, table.module)}};
    while (now->ends_with('\n'))
        now->pop_back();
    Changes changes = {{"set", path, *now, "", ""}};
    if (compare_values(row.type, value, *now) == Sameness::Different)
        changes.push_back({"note", "", "", "",
                           fmt::format("parameter {} of module {} was set to {} and is now {}: the "
                                       "module changed the value",
                                       row.name, table.module, quote(value), quote(*now))});
    return changes;
}

} // namespace mk
