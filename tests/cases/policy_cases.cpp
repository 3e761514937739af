// SPDX-License-Identifier: GPL-2.0-only
// The policy through the device: it is set in one step, asked, read back, and taken away.
#include "check.hpp"
#include "driver_case.hpp"
#include "lib/text.hpp"
#include "suites.hpp"

namespace {

constexpr long eacces = 13, estale = 116;
constexpr unsigned long text_room = 128;

// One rule that denies one name.
struct OneRule {
    modkeeper_policy header = {};
    modkeeper_policy_rule rule = {};
    modkeeper_policy_name name = {};
    __u32 unused = 0;
    char texts[text_room] = {};

    explicit OneRule(const char *denied) {
        header.magic = MODKEEPER_POLICY_MAGIC;
        header.version = MODKEEPER_POLICY_VERSION;
        header.header_size = sizeof(header);
        header.size = sizeof(*this);
        header.rules_offset = __builtin_offsetof(OneRule, rule);
        header.rule_count = 1;
        header.names_offset = __builtin_offsetof(OneRule, name);
        header.name_count = 1;
        header.conditions_offset = header.texts_offset = __builtin_offsetof(OneRule, texts);
        header.texts_size = sizeof(texts);
        header.default_rule[0] = header.default_rule[1] = MODKEEPER_POLICY_NONE;
        rule.gate = MODKEEPER_POLICY_GATE_LOAD;
        rule.verdict = MODKEEPER_RULE_DENY;
        rule.id = 1;
        mk::copy_bytes(texts + 1, "case:1", 7);
        name.text = 8;
        mk::Text text = mk::Text::from_c(denied).first(MODKEEPER_POLICY_NAME_MAX);
        mk::copy_bytes(texts + 8, text.data(), text.length());
    }
};
static_assert(sizeof(OneRule) % 8 == 0);

constexpr unsigned long policy_at = 4096; // in user memory, behind what ioctl() uses

long set(OpenFile &file, const OneRule &policy, __u64 &generation,
         __u64 expected = MODKEEPER_POLICY_ANY_GENERATION, __u32 *fault = nullptr) {
    if (mk_case_user_write(file.user() + policy_at, &policy, sizeof(policy)))
        return -efault;
    modkeeper_policy_set request = {};
    request.policy = file.user() + policy_at;
    request.size = sizeof(policy);
    request.expected_generation = expected;
    request.load_mode = MODKEEPER_POLICY_MODE_ENFORCE;
    long result = file.ioctl(MODKEEPER_IOC_POLICY_SET, request);
    generation = request.generation;
    if (fault)
        *fault = request.fault;
    return result;
}

long clear(OpenFile &file) {
    modkeeper_policy_set request = {};
    request.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
    return file.ioctl(MODKEEPER_IOC_POLICY_SET, request);
}

} // namespace

static const char *a_module_is_denied_until_the_policy_is_gone() {
    ModulePair pair;
    StartedDriver driver;
    OpenFile file;
    CHECK(pair.ok() && driver.ok() && file.ok());
    __u64 generation = 0;
    CHECK(set(file, OneRule(pair.base_name()), generation) == 0 && generation == 1);
    CHECK(mk_core_module_coming(pair.base()) == -eacces);
    CHECK(file.read() > 0);
    CHECK(file.record().kind == MODKEEPER_RECORD_POLICY_CHANGE);
    const modkeeper_record &decision = file.record(file.record().size);
    CHECK(decision.kind == MODKEEPER_RECORD_POLICY_DECISION);
    auto &body = reinterpret_cast<const modkeeper_record_policy_decision &>(*(&decision + 1));
    CHECK(says(decision, body.module, pair.base_name()) && says(decision, body.rule, "case:1"));
    CHECK(body.outcome == MODKEEPER_POLICY_VERDICT_DENIED && body.policy_generation == 1);
    const modkeeper_record &failed = file.record(file.record().size + decision.size);
    CHECK(failed.kind == MODKEEPER_RECORD_LOAD_FAILED);
    CHECK(file.module(file.record().size + decision.size).stage == MODKEEPER_STAGE_POLICY);
    CHECK(mk_core_module_coming(pair.user()) == 0);
    mk_core_module_going(pair.user());
    CHECK(clear(file) == 0);
    CHECK(mk_core_module_coming(pair.base()) == 0);
    mk_core_module_going(pair.base());
    return nullptr;
}

static const char *it_is_read_back_with_its_hits() {
    ModulePair pair;
    StartedDriver driver;
    OpenFile file;
    CHECK(pair.ok() && driver.ok() && file.ok());
    OneRule policy(pair.base_name());
    __u64 generation = 0;
    CHECK(set(file, policy, generation) == 0);
    CHECK(mk_core_module_coming(pair.base()) == -eacces);
    modkeeper_policy_get request = {};
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_GET, request) == 0);
    CHECK(request.needed == sizeof(policy) + sizeof(__u64) && request.denied == 1);
    request.buffer = file.user() + policy_at;
    request.buffer_size = request.needed;
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_GET, request) == 0);
    struct {
        OneRule policy{""};
        __u64 hits = 0;
    } got;
    CHECK(mk_case_user_read(&got, request.buffer, request.needed) == 0);
    CHECK(mk::same_bytes(&got.policy, &policy, sizeof(policy)) && got.hits == 1);
    return nullptr;
}

static const char *it_is_asked_and_nothing_is_counted() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    __u64 generation = 0;
    CHECK(set(file, OneRule("rxrpc"), generation) == 0);
    modkeeper_policy_test request = {};
    mk::copy_bytes(request.name, "rxrpc", 6);
    request.gate = MODKEEPER_POLICY_GATE_LOAD;
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_TEST, request) == 0);
    CHECK(request.verdict == MODKEEPER_POLICY_VERDICT_DENIED && request.generation == generation);
    CHECK(mk::Text::from_c(request.rule_id) == mk::Text::from_c("case:1"));
    modkeeper_policy_get state = {};
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_GET, state) == 0 && state.denied == 0);
    return nullptr;
}

static const char *another_generation_and_a_damaged_one_are_refused() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    __u64 generation = 7;
    OneRule policy("rxrpc");
    CHECK(set(file, policy, generation, 5) == -estale && generation == 0);
    CHECK(set(file, policy, generation, 0) == 0 && generation == 1);
    __u32 fault = 0;
    policy.rule.verdict = 0;
    CHECK(set(file, policy, generation, MODKEEPER_POLICY_ANY_GENERATION, &fault) == -einval);
    CHECK(fault == MODKEEPER_POLICY_FAULT_RULE);
    modkeeper_policy_mode_set mode = {MODKEEPER_POLICY_GATE_LOAD, MODKEEPER_POLICY_MODE_AUDIT, 1, 0,
                                      0};
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_MODE, mode) == 0 && mode.generation == 2);
    CHECK(mk_core_ioctl(file.reader(), MODKEEPER_IOC_POLICY_SET, mk_case_user_fault()) == -efault);
    return nullptr;
}

static const char *a_temporary_permission_is_for_one_load() {
    ModulePair pair;
    StartedDriver driver;
    OpenFile file;
    CHECK(pair.ok() && driver.ok() && file.ok());
    __u64 generation = 0;
    CHECK(set(file, OneRule(pair.base_name()), generation) == 0);
    modkeeper_policy_temporary request = {};
    request.action = MODKEEPER_PERMISSION_ADD;
    request.gate = MODKEEPER_POLICY_GATE_LOAD;
    request.uses = 1;
    request.for_ns = 1000ULL * 1000 * 1000 * 1000;
    request.name[0] = '*';
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request) == 0 && request.id == 1);
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request) == -einval); // with an id
    CHECK(set(file, OneRule(pair.base_name()), generation) == 0);
    CHECK(mk_core_module_coming(pair.base()) == 0);
    mk_core_module_going(pair.base());
    CHECK(mk_core_module_coming(pair.base()) == -eacces);
    mk_core_later();
    request = {};
    request.action = MODKEEPER_PERMISSION_LIST;
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request) == 0 && request.count == 0);
    request = {};
    request.action = MODKEEPER_PERMISSION_REVOKE;
    request.id = 1;
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_TEMPORARY, request) == -enoent);
    return nullptr;
}

static const char *a_request_is_denied_and_recorded() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    OneRule policy("net-pf-33");
    policy.rule.gate = MODKEEPER_POLICY_GATE_REQUEST;
    __u64 generation = 0;
    CHECK(set(file, policy, generation) == 0);
    CHECK(mk_core_request_comes("net-pf-33") == 0); // the mode of its gate is off
    modkeeper_policy_mode_set mode = {MODKEEPER_POLICY_GATE_REQUEST, MODKEEPER_POLICY_MODE_ENFORCE,
                                      generation, 0, 0};
    CHECK(file.ioctl(MODKEEPER_IOC_POLICY_MODE, mode) == 0);
    while (file.read() > 0)
        ;
    CHECK(mk_core_request_comes("net-pf-33") == -eacces);
    CHECK(mk_core_request_comes("net-pf-34") == 0);
    CHECK(file.read() > 0);
    const modkeeper_record &decision = file.record();
    CHECK(decision.kind == MODKEEPER_RECORD_POLICY_DECISION);
    auto &body = reinterpret_cast<const modkeeper_record_policy_decision &>(*(&decision + 1));
    CHECK(says(decision, body.alias, "net-pf-33") && !body.module.length);
    CHECK(body.gate == MODKEEPER_POLICY_GATE_REQUEST);
    CHECK(body.outcome == MODKEEPER_POLICY_VERDICT_DENIED);
    return nullptr;
}

static const mk_case cases[] = {
    {"a_temporary_permission_is_for_one_load", a_temporary_permission_is_for_one_load},
    {"a_request_is_denied_and_recorded", a_request_is_denied_and_recorded},
    {"a_module_is_denied_until_the_policy_is_gone", a_module_is_denied_until_the_policy_is_gone},
    {"it_is_read_back_with_its_hits", it_is_read_back_with_its_hits},
    {"it_is_asked_and_nothing_is_counted", it_is_asked_and_nothing_is_counted},
    {"another_generation_and_a_damaged_one_are_refused",
     another_generation_and_a_damaged_one_are_refused},
};
const mk_case_suite mk_policy_cases = suite_of("policy", cases);
