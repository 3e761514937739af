// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/elf_check.hpp"
#include "elf/elf_object.hpp"
#include "elf/modinfo_section.hpp"
#include "elf/module_symbols.hpp"
#include "elf/vermagic.hpp"
#include "kmod/catalog.hpp"
#include "kmod/configured_parameters.hpp"
#include "kmod/parameters.hpp"
#include "preflight/installed_kernel.hpp"
#include "preflight/rebuild_advice.hpp"
#include "preflight/signature_check.hpp"
#include "preflight/symbol_check.hpp"
#include "preflight/symvers.hpp"
#include "system/kernel_state.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

using driver::Stage;

Diagnosis failure(Stage stage, const Error &error, std::string remedy) {
    return {Severity::Fails, stage, cause_of(error), error.message, {std::move(remedy)}};
}

// The file in memory, or the problem why it cannot be examined.
Result<ElfObject> open_module(const std::string &path) {
    TRY(check_file(path));
    auto bytes = TRY(read_unpacked(path));
    auto module = ElfObject::create(std::move(bytes));
    if (!module)
        return Error{ErrorCode::BadFormat, fmt::format("{} is not a kernel module: {}", quote(path),
                                                       module.error().message)};
    return module;
}

std::vector<std::string> values_of(const ModinfoFields &fields, std::string_view key) {
    std::vector<std::string> values;
    for (const auto &[name, value] : fields)
        if (name == key)
            values.emplace_back(value);
    return values;
}

// The kernel for which the file was built; "": it is @release, or the file does not say.
std::string other_kernel_of(const ModinfoFields &fields, const std::string &release) {
    const auto vermagic = modinfo_field(fields, "vermagic");
    const std::string built_for(vermagic.substr(0, vermagic.find(' ')));
    return built_for == release ? "" : built_for;
}

ModuleNames names_of(const std::vector<std::string> &names_and_paths) {
    ModuleNames names;
    names.reserve(names_and_paths.size());
    for (const auto &one : names_and_paths)
        names.push_back(ModuleName::of_target(one));
    return names;
}

} // namespace

// State that is kept from one file to the next.
class Preflight::Checks {
  public:
    Checks(InstalledKernel kernel, Catalog catalog, CatalogPlaces places, const std::string &root)
        : kernel_(std::move(kernel)), catalog_(std::move(catalog)), places_(std::move(places)),
          loaded_(root), state_(KernelState::read(root)), symvers_(kernel_, catalog_) {}
    Checks(const Checks &) = delete;
    Checks &operator=(const Checks &) = delete;

    Diagnoses check(const PreflightRequest &request);
    const InstalledKernel &kernel() const { return kernel_; }
    Symvers &symvers() { return symvers_; }

  private:
    struct Subject {
        const PreflightRequest &request;
        const ElfObject &module;
        ModinfoFields fields;
        ModuleName name;
        ModuleNames depends;
    };

    void check_permission(const Subject &subject, Diagnoses &problems) const;
    void check_format(const Subject &subject, Diagnoses &problems);
    void check_dependencies(const Subject &subject, Diagnoses &problems);
    void check_links(const Subject &subject, Diagnoses &problems);
    void check_values(const Subject &subject, Diagnoses &problems);
    void check_init(const Subject &subject, Diagnoses &problems) const;
    std::vector<std::string> live_by_then(const Subject &subject) const;
    std::string rebuild_advice(const Subject &subject);
    bool is_there(const ModuleName &name);

    InstalledKernel kernel_;
    Catalog catalog_;
    CatalogPlaces places_;
    LoadedModules loaded_;
    KernelState state_;
    Symvers symvers_;
    std::optional<std::string> vermagic_;
};

Diagnoses Preflight::Checks::check(const PreflightRequest &request) {
    Diagnoses problems;
    const auto module = open_module(request.path);
    if (!module) {
        problems.push_back(failure(Stage::Elf, module.error(), "build or install it again"));
        return problems;
    }
    Subject subject{
        request, module.value(), modinfo_fields(module.value().section(".modinfo").bytes), {}, {}};
    if (subject.fields.empty() || !module.value().has_section(".gnu.linkonce.this_module")) {
        problems.push_back(failure(
            Stage::Format,
            {ErrorCode::BadFormat,
             fmt::format("{} is an object file, not a finished module: it lacks what the last step "
                         "of the build adds",
                         quote(request.path)),
             {.cause = Cause::NotAModule}},
            "use the .ko file that the kernel build makes"));
        return problems;
    }
    const auto declared = modinfo_field(subject.fields, "name");
    subject.name = declared.empty() ? ModuleName::of_file(request.path) : ModuleName(declared);
    for (const auto name : split(modinfo_field(subject.fields, "depends"), ","))
        subject.depends.emplace_back(name);

    check_permission(subject, problems);
    const bool is_forced = request.force_vermagic || request.force_modversions;
    check_signature({kernel_, state_, module.value().bytes(), is_forced}, problems);
    check_format(subject, problems);
    check_dependencies(subject, problems);
    check_links(subject, problems);
    check_values(subject, problems);
    check_init(subject, problems);
    return problems;
}

void Preflight::Checks::check_permission(const Subject &subject, Diagnoses &problems) const {
    if (!kernel_.is_running())
        return;
    if (state_.modules_disabled)
        problems.push_back({Severity::Fails,
                            Stage::Permission,
                            Cause::ModulesDisabled,
                            "kernel.modules_disabled is 1: no module can be loaded",
                            {"reboot"}});
    if (state_.blacklists(subject.name))
        problems.push_back({Severity::Fails,
                            Stage::Blacklist,
                            Cause::KernelCommandLine,
                            "module_blacklist= on the kernel command line forbids it",
                            {"boot without it"}});
    if (loaded_.state(subject.name) == LoadState::Going)
        problems.push_back({Severity::Fails,
                            Stage::Duplicate,
                            Cause::BeingUnloaded,
                            "a module of this name is being unloaded",
                            {"try again when its exit has finished"}});
}

void Preflight::Checks::check_format(const Subject &subject, Diagnoses &problems) {
    if (!vermagic_)
        vermagic_ = kernel_.vermagic();
    const auto difference =
        vermagic_difference({modinfo_field(subject.fields, "vermagic"), *vermagic_,
                             kernel_.release(), has_versions(subject.module)});
    if (difference.empty())
        return;
    problems.push_back({subject.request.force_vermagic ? Severity::Warning : Severity::Fails,
                        Stage::Format,
                        Cause::OtherKernel,
                        difference,
                        {rebuild_advice(subject)}});
}

std::string Preflight::Checks::rebuild_advice(const Subject &subject) {
    return mk::rebuild_advice(kernel_, subject.name, subject.request.path,
                              catalog_.find(subject.name).operator bool());
}

bool Preflight::Checks::is_there(const ModuleName &name) {
    if (kernel_.is_running() && loaded_.state(name) != LoadState::Absent)
        return true;
    kmod_module *raw = nullptr;
    if (kmod_module_new_from_name(&catalog_.context(), name.c_str(), &raw) < 0)
        return false;
    const KmodModule module(raw);
    // the index may name a file that is gone
    const char *path = kmod_module_get_path(module.get());
    return (path != nullptr && access(path, F_OK) == 0) ||
           kmod_module_get_initstate(module.get()) == KMOD_MODULE_BUILTIN;
}

void Preflight::Checks::check_dependencies(const Subject &subject, Diagnoses &problems) {
    const auto names = names_of(subject.request.before);
    for (const auto &name : subject.depends) {
        if (std::find(names.begin(), names.end(), name) != names.end() || is_there(name))
            continue;
        if (const auto file = catalog_.unlisted_file(name); !file.empty()) {
            problems.push_back({Severity::Fails,
                                Stage::Symbols,
                                Cause::NoIndex,
                                fmt::format("it depends on module {}, whose file {} is not in the "
                                            "index of modules",
                                            quote(name), quote(file)),
                                {"run \"sudo depmod -a\", which makes the index anew"}});
            continue;
        }
        problems.push_back({Severity::Fails,
                            Stage::Symbols,
                            Cause::MissingDependency,
                            fmt::format("it depends on module {}, which kernel {} does not have",
                                        quote(name), kernel_.release()),
                            {"install that module and run \"sudo depmod -a\""}});
    }
}

std::vector<std::string> Preflight::Checks::live_by_then(const Subject &subject) const {
    auto live = subject.request.before;
    if (subject.request.with_dependencies)
        live.insert(live.end(), subject.depends.begin(), subject.depends.end());
    if (kernel_.is_running())
        for (auto &module : loaded_.list())
            if (module.state != LoadState::Going && module.name != subject.name)
                live.push_back(module.name);
    return live;
}

void Preflight::Checks::check_links(const Subject &subject, Diagnoses &problems) {
    const SymbolQuestion question{subject.module,
                                  subject.name,
                                  std::string(modinfo_field(subject.fields, "license")),
                                  values_of(subject.fields, "import_ns"),
                                  live_by_then(subject),
                                  subject.request.force_modversions,
                                  kernel_.option("MODULE_FORCE_LOAD") == "y",
                                  kernel_.option("MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS") == "y",
                                  other_kernel_of(subject.fields, kernel_.release()),
                                  [&] { return rebuild_advice(subject); }};
    auto found = check_symbols(question, symvers_);
    std::move(found.begin(), found.end(), std::back_inserter(problems));
}

void Preflight::Checks::check_values(const Subject &subject, Diagnoses &problems) {
    const auto &given = subject.request.parameters;
    const auto remedy = "look at \"modkeeper info " + subject.name + "\"";
    ModuleFile file = module_file(subject.fields);
    file.name = subject.name;
    file.path = subject.request.path;
    if (const auto checked = check_parameter_syntax(given); !checked) {
        problems.push_back(failure(Stage::Parameters, checked.error(), remedy));
        problems.back().cause = Cause::BadParameter;
    } else {
        for (const auto &[severity, error] : parameter_problems(file, given)) {
            problems.push_back(failure(Stage::Parameters, error, remedy));
            problems.back().severity = severity;
        }
    }
    for (const auto &[severity, error] :
         configured_problems(places_, file, subject.request.configured)) {
        problems.push_back(failure(Stage::Parameters, error, "correct that line"));
        problems.back().severity = severity;
    }
}

// The kernel takes the module, and then its init for one that failed.
void Preflight::Checks::check_init(const Subject &subject, Diagnoses &problems) const {
    if (!kernel_.is_running())
        return;
    for (const auto &init : init_names_of_module(subject.module))
        if (state_.skips_init(init))
            problems.push_back({Severity::Fails,
                                Stage::Init,
                                Cause::KernelCommandLine,
                                fmt::format("initcall_blacklist={} on the kernel command line "
                                            "keeps its init from being called",
                                            quote(init)),
                                {"boot without it"}});
}

Preflight::Preflight(std::unique_ptr<Checks> checks) : checks_(std::move(checks)) {}
Preflight::Preflight(Preflight &&) noexcept = default;
Preflight &Preflight::operator=(Preflight &&) noexcept = default;
Preflight::~Preflight() = default;

Result<Preflight> Preflight::create(const ConfigurationPlaces &places) {
    auto kernel = TRY(InstalledKernel::find(places.kernel, places.root));
    const auto catalog_places = places.catalog();
    auto catalog = TRY(Catalog::create(catalog_places));
    return Preflight(std::make_unique<Checks>(std::move(kernel), std::move(catalog), catalog_places,
                                              places.root));
}

Diagnoses Preflight::check(const PreflightRequest &request) {
    return checks_->check(request);
}

const std::string &Preflight::release() const {
    return checks_->kernel().release();
}

const std::string &Preflight::symbol_source() {
    static const std::string none;
    const auto *symbols = checks_->symvers().kernel();
    return symbols != nullptr ? symbols->source() : none;
}

} // namespace mk
