// SPDX-License-Identifier: GPL-2.0-only
#include "bus/question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/assignments.hpp"
#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"

namespace mk::bus {

namespace {

using Names = std::vector<std::string>;

constexpr const char *load_action = "org.modkeeper1.load";
constexpr const char *unload_action = "org.modkeeper1.unload";
constexpr const char *reload_action = "org.modkeeper1.reload";
constexpr const char *force_action = "org.modkeeper1.force";
constexpr const char *set_action = "org.modkeeper1.set-parameter";
constexpr const char *configure_action = "org.modkeeper1.configure";
constexpr const char *read_action = "org.modkeeper1.read-events";
constexpr const char *policy_action = "org.modkeeper1.manage-policy";
constexpr const char *allow_action = "org.modkeeper1.allow-temporarily";
constexpr const char *seal_action = "org.modkeeper1.seal-policy";

// Longest sentence for a dialog; the other details are complete.
constexpr std::size_t sentence_max = 600;

// One spelling for names that are the same to the kernel and to libkmod: a rule that forbids
// snd_hda_intel must not allow snd-hda-intel.
std::string spelled_module(const std::string &name) {
    return is_path(name) ? name : canonical_pattern(name).value_or(name);
}

std::string spelled_parameter(const std::string &assignment) {
    auto given = argument_of(assignment);
    given.name = canonical_name(given.name);
    return to_argument(given);
}

Names spelled(const Names &texts, std::string (*spell)(const std::string &)) {
    Names all;
    std::transform(texts.begin(), texts.end(), std::back_inserter(all), spell);
    return all;
}

std::string shown(const std::string &text) {
    return as_word(text);
}

std::string shown(const Names &texts) {
    Names all;
    for (const auto &text : texts)
        all.push_back(shown(text));
    return join(all, " ");
}

// Empty details are left out: a rule checks "force", not force=false.
class Maker {
  public:
    Maker(const char *action, const std::string &verb) : question_{action, {{"verb", verb}}} {}

    Maker &about(const char *words, const Names &modules) {
        const auto names = shown(spelled(modules, spelled_module));
        sentence_ += fmt::format(" {} {}", words, names);
        return detail("module", names);
    }
    Maker &with_parameters(const Names &parameters) {
        return with("parameters", " with the parameters",
                    shown(spelled(parameters, spelled_parameter)));
    }
    Maker &with(const char *key, const char *words, const std::string &text) {
        if (text.empty())
            return *this;
        sentence_ += fmt::format("{} {}", words, text);
        return detail(key, text);
    }
    Maker &flag(const char *key, bool on, const char *words) {
        if (!on)
            return *this;
        sentence_ += words;
        return detail(key, "true");
    }
    Maker &detail(const char *key, const std::string &text) {
        if (!text.empty())
            question_.details[key] = text;
        return *this;
    }
    // Options that may crash the kernel need an action of their own.
    Maker &forced(const Names &how) {
        if (how.empty())
            return *this;
        question_.action = force_action;
        return with("forced", ", by force:", join(how, " "));
    }
    Question make() {
        auto sentence = question_.details["verb"] + sentence_;
        if (sentence.size() > sentence_max)
            sentence = fmt::format("{}... ({} more characters)", sentence.substr(0, sentence_max),
                                   sentence.size() - sentence_max);
        question_.details["request"] = sentence;
        return std::move(question_);
    }

  private:
    Question question_;
    std::string sentence_;
};

const char *modules_word(const Names &names) {
    return names.size() == 1 ? "the kernel module" : "the kernel modules";
}

Names paths_in(const Names &targets) {
    Names paths;
    std::copy_if(targets.begin(), targets.end(), std::back_inserter(paths), is_path);
    return paths;
}

Question question_for(const LoadRequest &request) {
    const auto &[targets, parameters, force_vermagic, force_modversions, ignore_blacklist,
                 ignore_install, ignore_loaded, keep_going, several] = request;
    (void)ignore_loaded; // of plans, which need no authorisation
    (void)several;       // about the answer
    Names forced;
    if (force_vermagic)
        forced.emplace_back("force-vermagic");
    if (force_modversions)
        forced.emplace_back("force-modversions");
    return Maker(load_action, "load")
        .about(modules_word(targets), targets)
        .detail("path", shown(paths_in(targets)))
        .with_parameters(parameters)
        .flag("ignore-blacklist", ignore_blacklist, " despite the blacklist")
        .flag("ignore-install", ignore_install, " instead of running its install command")
        .flag("keep-going", keep_going, ", keeping those that load if others fail")
        .forced(forced)
        .make();
}

Question question_for(const UnloadRequest &request) {
    const auto &[names, with_dependents, with_unused_dependencies, force, wait_us] = request;
    (void)wait_us; // the time limit needs no authorisation
    const auto texts = texts_of(names);
    return Maker(unload_action, "unload")
        .about(modules_word(texts), texts)
        .flag("with-dependents", with_dependents, ", with those that use it")
        .flag("with-unused-dependencies", with_unused_dependencies,
              ", with the modules that only it used")
        .forced(force ? Names{"force"} : Names{})
        .make();
}

// Files that the request loads and that were named, now or at an earlier load.
Names files_of(const ReloadRequest &request) {
    Names files;
    if (!request.path.empty())
        files.push_back(request.path);
    for (const auto &[name, loaded_as] : request.loaded_as)
        if (!loaded_as.path.empty() && (name != request.name || request.path.empty()))
            files.push_back(loaded_as.path);
    return files;
}

Question question_for(const ReloadRequest &request) {
    const auto &[name, parameters, path, wait_us, loaded_as] = request;
    (void)path, (void)loaded_as; // files_of() has both
    (void)wait_us;
    return Maker(reload_action, "reload")
        .about("the kernel module", {name})
        .with("path", " from the file", shown(files_of(request)))
        .with_parameters(parameters)
        .make();
}

} // namespace

Question question_of(const JobRequest &request) {
    return std::visit([](const auto &one) { return question_for(one); }, request);
}

Question cancel_question_of(const JobRequest &request) {
    auto question = question_of(request);
    question.details["cancel"] = "true";
    question.details["request"].insert(0, "cancel another user's job, which is to ");
    return question;
}

std::vector<Question> questions_of(const SetRequest &request) {
    const auto &[module, parameter, value, runtime, persistent] = request;
    std::vector<Question> questions;
    // Each by name: clang takes no structured binding into a lambda otherwise.
    const auto ask = [&, &module = module, &parameter = parameter, &value = value,
                      &runtime = runtime,
                      &persistent = persistent](const char *action, const char *when) {
        questions.push_back(
            Maker(action, "set")
                .with("parameter", " the parameter", shown(spelled_parameter(parameter)))
                .about("of the kernel module", {module})
                .with("value", " to", shown(value))
                .flag("runtime", runtime, when)
                .flag("persistent", persistent, ", for its next load")
                .make());
    };
    if (runtime)
        ask(set_action, ", now");
    if (persistent)
        ask(configure_action, ", now");
    return questions;
}

Question unset_question_of(const std::string &module, const std::string &parameter) {
    return Maker(configure_action, "unset")
        .with("parameter", " the parameter", shown(spelled_parameter(parameter)))
        .about("of the kernel module", {module})
        .make();
}

Question choice_question_of(const std::string &verb, const Names &modules, bool force) {
    return Maker(configure_action, verb)
        .about(modules_word(modules), modules)
        .flag("force", force, ", by force")
        .make();
}

Question question_of(const driver::EventFilter &filter) {
    // Callers who may read the record may read all of it: a filter makes no difference.
    const auto &[kinds, module, failed, since_ns, until_ns] = filter;
    (void)kinds, (void)failed, (void)since_ns, (void)until_ns;
    Question question{read_action, {{"verb", "read"}}};
    question.details["request"] = "read the record of kernel modules";
    if (!module.empty())
        question.details["module"] = shown(spelled_module(module));
    return question;
}

Question question_of(const AllowRequest &request) {
    const auto &[names, wish] = request;
    const bool of_loads = wish.gate == driver::PolicyGate::Load;
    Maker maker(allow_action, "allow");
    if (of_loads)
        maker.about(names.size() == 1 ? "loads of the kernel module"
                                      : "loads of the kernel modules",
                    names);
    else
        maker.with("alias", " requests of the kernel for", shown(names));
    constexpr std::uint64_t second_ns = 1'000'000'000;
    if (wish.for_ns != 0)
        maker.with("seconds", ", for so many seconds:",
                   std::to_string((wish.for_ns + second_ns - 1) / second_ns));
    if (wish.uses != 0)
        maker.with("uses", ", so many times:", std::to_string(wish.uses));
    return maker.detail("gate", std::string(driver::name_of(wish.gate))).make();
}

Question revoke_question_of(std::uint64_t permission) {
    return Maker(allow_action, "revoke")
        .with("permission", " the temporary permission", std::to_string(permission))
        .make();
}

Question apply_question_of(int trial_seconds) {
    Maker maker(policy_action, "apply");
    maker.with("policy", " the rules about kernel modules", "on disk");
    if (trial_seconds != 0)
        maker.with("seconds", ", on trial for so many seconds:", std::to_string(trial_seconds));
    return maker.make();
}

Question mode_question_of(driver::PolicyGate gate, driver::PolicyMode mode) {
    return Maker(policy_action, "set")
        .with("gate", " the mode of the policy of every", std::string(driver::name_of(gate)))
        .with("mode", " to", std::string(driver::name_of(mode)))
        .make();
}

Question trial_question_of(driver::TrialEnd end) {
    return Maker(policy_action, end == driver::TrialEnd::Keep ? "confirm" : "rollback")
        .with("policy", " the policy", "on trial")
        .make();
}

Question deny_question_of(const policy::NewRule &rule) {
    const auto &[verdict, names, reason, until, id] = rule;
    (void)verdict, (void)id; // it denies, and gets an id that is free
    return Maker(policy_action, "deny")
        .about(names.size() == 1 ? "loads of the kernel module" : "loads of the kernel modules",
               names)
        .with("until", " until", until)
        .with("reason", ", by a rule with the reason", shown(reason))
        .make();
}

Question revoke_rules_question_of(const std::vector<std::string> &names_or_ids) {
    return Maker(policy_action, "revoke")
        .with("rule", " the rules that commands have written, by name or id:", shown(names_or_ids))
        .make();
}

Question seal_question() {
    return Maker(seal_action, "seal")
        .with("policy", " the policy", "until the machine is rebooted")
        .make();
}

Question read_policy_question() {
    Question question{read_action, {{"verb", "read"}}};
    question.details["request"] = "read the policy about kernel modules";
    return question;
}

} // namespace mk::bus
