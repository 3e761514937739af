// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/signature_check.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/module_signature.hpp"
#include "preflight/signing_advice.hpp"

namespace mk {

namespace {

using Form = ModuleSignature::Form;

// Why the kernel accepts only modules with a trusted signature; "" if it accepts any.
std::string demand(const SignatureQuestion &question) {
    if (question.kernel.option("MODULE_SIG_FORCE") == "y")
        return "was built to accept only signed modules";
    if (!question.kernel.is_running())
        return {};
    if (question.running.signatures_enforced)
        return "enforces signatures (module.sig_enforce)";
    if (!question.running.lockdown.empty() && question.running.lockdown != "none")
        return fmt::format("is locked down ({}) and accepts only signed modules",
                           question.running.lockdown);
    return {};
}

// Enforcement refuses an unsigned module before lockdown is asked.
Cause cause_of_demand(const SignatureQuestion &question) {
    const bool is_enforced =
        question.running.signatures_enforced || question.kernel.option("MODULE_SIG_FORCE") == "y";
    return is_enforced ? Cause::Unsigned : Cause::Lockdown;
}

// Whether a visible key has that name. Nothing if no keys are visible.
std::optional<bool> key_is_known(const std::string &root, const std::string &signer) {
    const auto keys = read_text(path_in(root, "/proc/keys"));
    if (!keys || keys->find("asymmetri") == std::string::npos)
        return std::nullopt;
    return keys->find(signer) != std::string::npos;
}

void add(Diagnoses &problems, Severity severity, Cause cause, std::string reason,
         std::vector<std::string> remedies = {}) {
    problems.push_back(
        {severity, driver::Stage::Signature, cause, std::move(reason), std::move(remedies)});
}

} // namespace

void check_signature(const SignatureQuestion &question, Diagnoses &problems) {
    const auto signature = question.is_forced ? std::nullopt : signature_of(question.file);
    const auto demanded = demand(question);
    const bool is_checked = question.kernel.option("MODULE_SIG") == "y" || !demanded.empty();
    if (signature && signature->form == Form::Malformed && is_checked)
        return add(problems, Severity::Fails, Cause::DamagedSignature,
                   fmt::format("its signature is damaged: {}; the kernel refuses that even where "
                               "it accepts unsigned modules",
                               signature->flaw),
                   {"reinstall it or sign it again (sign-file)"});
    if (!signature || signature->form != Form::Readable) {
        const auto what = signature ? "its signature does not count: " + signature->flaw
                          : question.is_forced
                              ? "a module that is loaded by force counts as unsigned"
                              : "it is not signed";
        if (!demanded.empty())
            add(problems, Severity::Fails, cause_of_demand(question),
                what + ", and the kernel " + demanded, signing_advice(question.running));
        else if (is_checked)
            add(problems, Severity::Warning, Cause::Unsigned,
                what + ": it will taint the kernel (E)");
        return;
    }
    if (demanded.empty())
        return;
    if (question.kernel.is_running() && !signature->signer.empty() &&
        key_is_known(question.kernel.root(), signature->signer) == false)
        add(problems, Severity::Fails, Cause::UntrustedKey,
            fmt::format("it is signed by {}, whose key the kernel does not have, and the kernel {}",
                        quote(signature->signer), demanded),
            signing_advice(question.running));
}

} // namespace mk
