// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/policy_device.hpp"

#include <fmt/core.h>
#include <linux/modkeeper.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/clock.hpp"
#include "driver_client/event_names.hpp"

namespace mk::driver {

namespace {

Error failure(const char *what, int number) {
    switch (number) {
    case ENOTTY:
        return {ErrorCode::Failed, "this driver knows no policy: it is older than this program; "
                                   "update it, and load it again"};
    case EPERM:
        return {ErrorCode::NotAuthorized,
                "only root may change the policy, not from within a container, and nobody once "
                "it is sealed: \"modkeeper policy status\" says whether it is"};
    case ESTALE:
        return {ErrorCode::Failed, "somebody else changed the policy meanwhile; look at it again"};
    case ENOENT:
        return {ErrorCode::NotFound, "there is no policy"};
    case EBUSY:
        return {ErrorCode::InUse,
                "a policy is on trial; keep it with \"modkeeper policy confirm\", "
                "or take it back with \"modkeeper policy rollback\", first"};
    default:
        return {ErrorCode::Failed,
                fmt::format("{} failed on {}: {}", what, Device::node, std::strerror(number))};
    }
}

std::string_view word_of_verdict(std::uint32_t verdict) {
    switch (verdict) {
    case MODKEEPER_RULE_ALLOW:
        return "allow";
    case MODKEEPER_RULE_DENY:
        return "deny";
    case MODKEEPER_RULE_WARN:
        return "warn";
    default:
        return "";
    }
}

std::string_view word_of_fault(std::uint32_t fault) {
    constexpr std::array words = {
        "no fault", "its size",  "its first bytes",       "its version", "a reserved field",
        "a table",  "a rule",    "a default rule",        "a name",      "a condition",
        "a text",   "a pattern", "the number of patterns"};
    static_assert(words.size() == MODKEEPER_POLICY_FAULT_PATTERNS + 1);
    return fault < words.size() ? words[fault] : "something";
}

PolicyMode mode_of(std::uint32_t number) {
    return number <= MODKEEPER_POLICY_MODE_ENFORCE ? static_cast<PolicyMode>(number)
                                                   : PolicyMode::Off;
}

template <std::size_t size> std::string text_in(const char (&text)[size]) {
    return {text, strnlen(text, size)};
}

template <std::size_t size> std::string digits_of(const __u8 (&bytes)[size]) {
    std::string digits;
    for (const auto byte : bytes)
        digits += fmt::format("{:02x}", byte);
    return digits;
}

// The driver checked the block when it took it; this side does not rely on it.
class Block {
  public:
    explicit Block(std::string_view bytes) : bytes_(bytes) {}

    template <typename T> bool read(std::size_t offset, T &value) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof value)
            return false;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return true;
    }
    std::string text(std::size_t offset) const {
        if (offset >= bytes_.size())
            return {};
        const auto rest = bytes_.substr(offset);
        return std::string(rest.substr(0, rest.find('\0')));
    }

  private:
    std::string_view bytes_;
};

std::vector<InstalledRule> rules_of(std::string_view bytes, std::string_view hits) {
    std::vector<InstalledRule> rules;
    const Block block(bytes);
    const Block counts(hits);
    modkeeper_policy header{};
    if (!block.read(0, header))
        return rules;
    for (std::uint32_t i = 0; i < header.rule_count; ++i) {
        modkeeper_policy_rule rule{};
        InstalledRule one;
        if (!block.read(header.rules_offset + std::size_t{i} * sizeof rule, rule) ||
            !counts.read(std::size_t{i} * sizeof one.hits, one.hits))
            break;
        one.id = block.text(std::size_t{header.texts_offset} + rule.id);
        one.reason = block.text(std::size_t{header.texts_offset} + rule.reason);
        one.gate = rule.gate <= MODKEEPER_POLICY_GATE_REQUEST ? static_cast<PolicyGate>(rule.gate)
                                                              : PolicyGate::Unknown;
        one.verdict = word_of_verdict(rule.verdict);
        one.is_default = header.default_rule[0] == i || header.default_rule[1] == i;
        rules.push_back(std::move(one));
    }
    return rules;
}

void set_fact(modkeeper_policy_test &test, unsigned fact, bool is) {
    test.known |= __u64{1} << fact;
    test.facts |= __u64{is} << fact;
}

// What rules may ask about a task.
struct TaskFacts {
    std::uint32_t uid = 0;
    bool is_unprivileged = false;
    bool is_in_container = false;
    bool is_helper = false;
};

void set_loader(modkeeper_policy_test &test, const TaskFacts &task) {
    test.by_uid = task.uid;
    set_fact(test, MODKEEPER_FACT_BY_UNPRIVILEGED, task.is_unprivileged);
    set_fact(test, MODKEEPER_FACT_BY_CONTAINER, task.is_in_container);
    set_fact(test, MODKEEPER_FACT_BY_KERNEL, false);
    set_fact(test, MODKEEPER_FACT_BY_LOGIN, false);
    set_fact(test, MODKEEPER_FACT_BY_HELPER, task.is_helper);
    set_fact(test, MODKEEPER_FACT_BY_UID, true);
}

void set_asker(modkeeper_policy_test &test, const TaskFacts &task) {
    test.for_uid = task.uid;
    set_fact(test, MODKEEPER_FACT_FOR_UNPRIVILEGED, task.is_unprivileged);
    set_fact(test, MODKEEPER_FACT_FOR_CONTAINER, task.is_in_container);
    set_fact(test, MODKEEPER_FACT_FOR_KERNEL, false);
    set_fact(test, MODKEEPER_FACT_FOR_LOGIN, false);
    set_fact(test, MODKEEPER_FACT_FOR_HELPER, false);
    set_fact(test, MODKEEPER_FACT_FOR_UID, true);
}

// As the driver takes what the daemon states. What was not seen stays unknown here; the driver goes
// by the worse of both, so that it may still deny what this lets in.
void set_client(modkeeper_policy_test &test, const JobCaller &client) {
    test.for_uid = client.uid;
    set_fact(test, MODKEEPER_FACT_FOR_UNPRIVILEGED, client.uid != 0);
    set_fact(test, MODKEEPER_FACT_FOR_KERNEL, false);
    set_fact(test, MODKEEPER_FACT_FOR_HELPER, false);
    set_fact(test, MODKEEPER_FACT_FOR_UID, true);
    if (!client.is_in_container)
        return;
    set_fact(test, MODKEEPER_FACT_FOR_CONTAINER, *client.is_in_container);
    set_fact(test, MODKEEPER_FACT_FOR_LOGIN, client.login_uid.has_value());
}

void set_module(modkeeper_policy_test &test, const PolicyQuestion &question) {
    for (const auto fact : {MODKEEPER_FACT_PROPRIETARY, MODKEEPER_FACT_STAGING,
                            MODKEEPER_FACT_FORCED, MODKEEPER_FACT_LIVEPATCH, MODKEEPER_FACT_TEST})
        set_fact(test, fact, false);
    set_fact(test, MODKEEPER_FACT_SIGNED, question.is_signed);
    set_fact(test, MODKEEPER_FACT_OUT_OF_TREE, question.is_out_of_tree);
    set_fact(test, MODKEEPER_FACT_FROM_MEMORY, question.is_from_memory);
    set_fact(test, MODKEEPER_FACT_PARAMETERS, true);
}

// What the question leaves open stays unknown: where the file lies, and its srcversion.
void add_facts(const PolicyQuestion &question, modkeeper_policy_test &test) {
    const TaskFacts task = {question.uid, question.uid != 0 && !question.is_privileged,
                            question.is_in_container};
    if (question.gate == PolicyGate::Request) {
        // who asks is also the one for whom the kernel loads
        set_loader(test, task);
        set_asker(test, task);
        return;
    }
    set_module(test, question);
    if (question.is_for_task) {
        set_loader(test, {.is_helper = true});
        set_asker(test, task);
        return;
    }
    set_loader(test, task);
    if (question.client) {
        set_client(test, *question.client);
        return;
    }
    for (unsigned fact = MODKEEPER_FACT_FOR_UNPRIVILEGED; fact <= MODKEEPER_FACT_FOR_UID; ++fact)
        set_fact(test, fact, false);
}

PolicySummary summary_of(const modkeeper_policy_get &get) {
    PolicySummary policy;
    policy.generation = get.generation;
    policy.is_there = get.needed != 0;
    policy.rule_count = get.rule_count;
    policy.load_mode = mode_of(get.load_mode);
    policy.request_mode = mode_of(get.request_mode);
    policy.ceiling = mode_of(get.ceiling);
    policy.judges_requests = (get.gates & 1U << MODKEEPER_POLICY_GATE_REQUEST) != 0;
    policy.denied = get.denied;
    policy.would_deny = get.would_deny;
    policy.is_sealed = (get.state & MODKEEPER_POLICY_SEALED) != 0;
    if (const auto now = boottime_ns(); get.trial_deadline_ns != 0)
        policy.trial_left_ns = get.trial_deadline_ns > now ? get.trial_deadline_ns - now : 0;
    if (policy.is_there)
        policy.digest = digits_of(get.digest);
    return policy;
}

} // namespace

Result<PolicySummary> policy_summary(const Device &device) {
    modkeeper_policy_get get{};
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_GET, &get) != 0)
        return failure("POLICY_GET", errno);
    return summary_of(get);
}

Result<InstalledPolicy> installed_policy(const Device &device) {
    std::string bytes;
    modkeeper_policy_get get{};
    // It may be replaced between two calls by one that is longer.
    for (int attempt = 0;; ++attempt) {
        constexpr int attempts = 8;
        get = {};
        get.buffer = reinterpret_cast<std::uintptr_t>(bytes.data());
        get.buffer_size = static_cast<__u32>(bytes.size());
        const bool answered = ioctl(device.fd(), MODKEEPER_IOC_POLICY_GET, &get) == 0;
        if (!answered && (errno != ENOSPC || attempt == attempts))
            return failure("POLICY_GET", errno);
        if (answered && get.needed <= bytes.size())
            break;
        bytes.resize(get.needed);
    }
    InstalledPolicy policy{summary_of(get), {}, {}};
    if (!policy.is_there)
        return policy;
    bytes.resize(get.needed);
    const auto counts = std::size_t{get.rule_count} * sizeof(__u64);
    const auto block =
        std::string_view(bytes).substr(0, bytes.size() - std::min(counts, bytes.size()));
    modkeeper_policy header{};
    if (Block(block).read(0, header))
        policy.release = text_in(header.kernel);
    policy.rules = rules_of(block, std::string_view(bytes).substr(block.size()));
    return policy;
}

Result<std::uint64_t> install_policy(const Device &device, const PolicyInstallation &installation) {
    modkeeper_policy_set set{};
    set.policy = reinterpret_cast<std::uintptr_t>(installation.block.data());
    set.size = static_cast<__u32>(installation.block.size());
    set.expected_generation =
        installation.expected_generation.value_or(MODKEEPER_POLICY_ANY_GENERATION);
    set.load_mode = static_cast<__u32>(installation.load_mode);
    set.request_mode = static_cast<__u32>(installation.request_mode);
    set.confirm_ns = installation.confirm_ns;
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_SET, &set) == 0)
        return set.generation;
    if (errno == EINVAL && set.fault != MODKEEPER_POLICY_FAULT_NONE)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the driver refuses the compiled policy: {} is wrong, at byte {}",
                                 word_of_fault(set.fault), set.fault_offset)};
    return failure("POLICY_SET", errno);
}

Result<std::uint64_t> set_policy_mode(const Device &device, PolicyGate gate, PolicyMode mode) {
    modkeeper_policy_mode_set set{};
    set.gate = static_cast<__u32>(gate);
    set.mode = static_cast<__u32>(mode);
    set.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_MODE, &set) == 0)
        return set.generation;
    return failure("POLICY_MODE", errno);
}

Result<std::uint64_t> seal_policy(const Device &device) {
    modkeeper_policy_seal seal{};
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_SEAL, &seal) == 0)
        return seal.generation;
    if (errno == EBUSY)
        return Error{ErrorCode::Failed, "a policy is on trial: confirm it, or roll it back, first"};
    return failure("POLICY_SEAL", errno);
}

Result<Permission> add_permission(const Device &device, const PermissionWish &wish) {
    modkeeper_policy_temporary asked{};
    if (wish.name.empty() || wish.name.size() >= sizeof asked.name)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the name has {} characters; it may have 1 to {}",
                                 wish.name.size(), sizeof asked.name - 1)};
    if (wish.for_ns > MODKEEPER_PERMISSION_FOR_MAX_NS)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("a temporary permission lasts {} days at most",
                                 MODKEEPER_PERMISSION_FOR_MAX_NS / (86400ULL * 1000000000ULL))};
    asked.action = MODKEEPER_PERMISSION_ADD;
    asked.gate = static_cast<__u32>(wish.gate);
    asked.for_ns = wish.for_ns;
    asked.uses = wish.uses;
    wish.name.copy(asked.name, sizeof asked.name - 1);
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_TEMPORARY, &asked) != 0) {
        const auto number = errno;
        if (number == EINVAL)
            return Error{ErrorCode::InvalidArgument, "the driver takes no such name: it is a shell "
                                                     "pattern of ASCII characters without blanks"};
        if (number == ENOSPC)
            return Error{ErrorCode::Failed,
                         fmt::format("there are {} temporary permissions already; revoke one",
                                     MODKEEPER_PERMISSIONS_MAX)};
        return failure("POLICY_TEMPORARY", number);
    }
    const auto all = permissions(device);
    if (all)
        for (const auto &one : all.value())
            if (one.id == asked.id)
                return one;
    return Permission{asked.id, wish.name, wish.gate, 0, wish.uses}; // it is over already
}

Result<std::uint64_t> revoke_permission(const Device &device, std::uint64_t id) {
    modkeeper_policy_temporary asked{};
    asked.action = MODKEEPER_PERMISSION_REVOKE;
    asked.id = id;
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_TEMPORARY, &asked) == 0)
        return id;
    if (errno == ENOENT)
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no temporary permission {}, or it is over", id)};
    return failure("POLICY_TEMPORARY", errno);
}

Result<std::vector<Permission>> permissions(const Device &device) {
    std::array<modkeeper_permission, MODKEEPER_PERMISSIONS_MAX> listed{};
    modkeeper_policy_temporary asked{};
    asked.action = MODKEEPER_PERMISSION_LIST;
    asked.buffer = reinterpret_cast<std::uintptr_t>(listed.data());
    asked.buffer_size = sizeof listed;
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_TEMPORARY, &asked) != 0)
        return failure("POLICY_TEMPORARY", errno);
    std::vector<Permission> found;
    for (std::size_t i = 0; i < asked.count && i < listed.size(); ++i) {
        const auto &one = listed.at(i);
        found.push_back(
            {one.id, text_in(one.name),
             one.gate == MODKEEPER_POLICY_GATE_REQUEST ? PolicyGate::Request : PolicyGate::Load,
             one.until_boottime_ns, one.uses_left});
    }
    return found;
}

Result<std::uint64_t> end_policy_trial(const Device &device, std::uint64_t generation,
                                       TrialEnd end) {
    modkeeper_policy_confirm confirm{};
    confirm.generation = generation;
    confirm.action = end == TrialEnd::Keep ? MODKEEPER_POLICY_KEEP : MODKEEPER_POLICY_ROLL_BACK;
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_CONFIRM, &confirm) == 0)
        return confirm.generation;
    if (errno == ETIME) {
        constexpr std::uint64_t second = 1'000'000'000;
        const auto now = boottime_ns();
        const auto since = now > confirm.rolled_back_ns ? now - confirm.rolled_back_ns : 0;
        return Error{
            ErrorCode::Timeout,
            fmt::format("it was rolled back {} s ago, before anybody kept it", since / second)};
    }
    if (errno == ESTALE)
        return Error{ErrorCode::NotFound, "no policy is on trial"};
    return failure("POLICY_CONFIRM", errno);
}

PolicyQuestion for_client(PolicyQuestion question) {
    JobCaller client;
    client.uid = question.uid;
    client.is_in_container = question.is_in_container;
    question.client = client;
    question.uid = 0;
    question.is_privileged = true;
    question.is_in_container = false;
    return question;
}

Result<PolicyReply> ask_policy(const Device &device, const PolicyQuestion &question) {
    modkeeper_policy_test test{};
    if (question.name.empty() || question.name.size() >= sizeof test.name)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the name has {} characters; it may have 1 to {}",
                                 question.name.size(), sizeof test.name - 1)};
    if (question.parameters.size() > MODKEEPER_POLICY_PARAMETERS_MAX)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the parameters are too long: {} characters at most",
                                 MODKEEPER_POLICY_PARAMETERS_MAX)};
    question.name.copy(test.name, sizeof test.name - 1);
    test.parameters = reinterpret_cast<std::uintptr_t>(question.parameters.data());
    test.parameters_size = static_cast<__u32>(question.parameters.size());
    test.gate = static_cast<__u32>(question.gate);
    add_facts(question, test);
    if (ioctl(device.fd(), MODKEEPER_IOC_POLICY_TEST, &test) != 0)
        return failure("POLICY_TEST", errno);
    PolicyReply reply;
    reply.mode = mode_of(test.mode);
    if (test.verdict <= MODKEEPER_POLICY_VERDICT_WOULD_DENY)
        reply.verdict = static_cast<PolicyVerdict>(test.verdict);
    reply.rule_verdict = word_of_verdict(test.rule_verdict);
    reply.rule = text_in(test.rule_id);
    reply.reason = text_in(test.rule_reason);
    reply.permission = test.permission;
    return reply;
}

bool is_enforced(const Device &device) {
    PolicyQuestion question;
    question.name = "none";
    const auto reply = ask_policy(device, question);
    return reply && reply.value().mode == PolicyMode::Enforce;
}

} // namespace mk::driver
