// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker_protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace mk::service {

namespace {

// Kinds of frames.
enum class Kind : std::uint32_t { Planned = 1, Started, Ended, Asked, Answered, Outcome };
// Kinds of failures.
enum class Why : std::uint32_t { Error = 1, Refusal };

// A path is not longer; of the kernel's messages, the beginning is enough.
constexpr std::size_t text_max = 4096;
constexpr std::size_t line_max = 512;
constexpr std::size_t lines_max = 8;
constexpr std::size_t checks_max = 8;
constexpr std::size_t symbols_max = 32;

class Writer {
  public:
    explicit Writer(Kind kind) {
        number(0); // the length
        number(static_cast<std::uint32_t>(kind));
    }

    Writer &number(std::uint32_t value) {
        bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
        return *this;
    }
    Writer &large(std::int64_t value) {
        bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
        return *this;
    }
    Writer &text(std::string_view value, std::size_t most = text_max) {
        value = value.substr(0, most);
        number(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
        return *this;
    }
    Writer &texts(const std::vector<std::string> &values) {
        number(static_cast<std::uint32_t>(values.size()));
        for (const auto &value : values)
            text(value);
        return *this;
    }
    std::string take() {
        auto length = static_cast<std::uint32_t>(bytes_.size() - sizeof(std::uint32_t));
        std::memcpy(bytes_.data(), &length, sizeof length);
        return std::move(bytes_);
    }

  private:
    std::string bytes_;
};

// After the first missing field, all others are zero or empty, and whole() is false.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint32_t number() { return fixed<std::uint32_t>(); }
    std::int64_t large() { return fixed<std::int64_t>(); }
    std::string text() {
        auto length = number();
        if (bytes_.size() < length) {
            missing_ = true;
            length = 0;
        }
        std::string value(bytes_.substr(0, length));
        bytes_.remove_prefix(length);
        return value;
    }
    std::vector<std::string> texts() {
        std::vector<std::string> values;
        for (auto count = number(); count > 0 && !missing_; --count)
            values.push_back(text());
        return values;
    }
    bool missing() const { return missing_; }
    bool whole() const { return !missing_ && bytes_.empty(); }

  private:
    template <typename Number> Number fixed() {
        Number value = 0;
        if (bytes_.size() < sizeof value) {
            bytes_ = {};
            missing_ = true;
            return 0;
        }
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }

    std::string_view bytes_;
    bool missing_ = false;
};

void write(Writer &writer, const Error &error) {
    writer.number(static_cast<std::uint32_t>(Why::Error));
    writer.number(static_cast<std::uint32_t>(error.code)).text(error.message);
    writer.text(error.facts.module).number(static_cast<std::uint32_t>(error.facts.number));
    writer.text(error.facts.stage).texts(error.facts.holders);
    writer.number(static_cast<std::uint32_t>(error.facts.cause));
}

void write(Writer &writer, const Diagnosis &check) {
    writer.number(static_cast<std::uint32_t>(check.severity));
    writer.number(static_cast<std::uint32_t>(check.stage));
    writer.number(static_cast<std::uint32_t>(check.cause));
    writer.text(check.reason).texts(check.remedies);
    const auto *symbols = check.evidence_of<SymbolNames>();
    const auto names = symbols ? std::min(symbols->names.size(), symbols_max) : 0;
    writer.number(static_cast<std::uint32_t>(names));
    for (std::size_t i = 0; i < names; ++i)
        writer.text(symbols->names[i], line_max);
}

void write(Writer &writer, const LoadRefusal &refusal) {
    writer.number(static_cast<std::uint32_t>(Why::Refusal));
    writer.text(refusal.target).text(refusal.module).text(refusal.path);
    writer.text(refusal.vermagic, line_max);
    writer.number(static_cast<std::uint32_t>(refusal.error));
    const auto lines = std::min(refusal.log.size(), lines_max);
    writer.number(static_cast<std::uint32_t>(lines));
    for (std::size_t i = 0; i < lines; ++i)
        writer.text(refusal.log[i], line_max);
    writer.number(refusal.is_log_public);
    const auto checks = std::min(refusal.checks.size(), checks_max);
    writer.number(static_cast<std::uint32_t>(checks));
    for (std::size_t i = 0; i < checks; ++i)
        write(writer, refusal.checks[i]);
}

void write(Writer &writer, const KernelState &kernel) {
    constexpr std::size_t command_line_max = 64U << 10;
    writer.text(kernel.release).text(kernel.lockdown).text(kernel.command_line, command_line_max);
    writer.text(kernel.dkms_certificate);
    writer.number(kernel.modules_disabled).number(kernel.signatures_enforced);
    writer.number(kernel.has_efi);
}

void write(Writer &writer, const NamedFile &file) {
    const auto &identity = file.identity;
    writer.text(file.module).text(file.path);
    writer.large(static_cast<std::int64_t>(identity.device));
    writer.large(static_cast<std::int64_t>(identity.inode));
    writer.large(identity.size).large(identity.seconds).large(identity.nanoseconds);
    writer.large(identity.changed_seconds).large(identity.changed_nanoseconds);
}

NamedFile read_file(Reader &reader) {
    NamedFile file;
    file.module = reader.text();
    file.path = reader.text();
    file.identity.device = static_cast<dev_t>(reader.large());
    file.identity.inode = static_cast<ino_t>(reader.large());
    file.identity.size = reader.large();
    file.identity.seconds = reader.large();
    file.identity.nanoseconds = reader.large();
    file.identity.changed_seconds = reader.large();
    file.identity.changed_nanoseconds = reader.large();
    return file;
}

Error read_error(Reader &reader) {
    auto code = reader.number();
    if (code > static_cast<std::uint32_t>(ErrorCode::Failed))
        code = static_cast<std::uint32_t>(ErrorCode::Failed);
    Error error{static_cast<ErrorCode>(code), reader.text()};
    error.facts.module = reader.text();
    error.facts.number = static_cast<int>(reader.number());
    error.facts.stage = reader.text();
    error.facts.holders = reader.texts();
    error.facts.cause = cause_of_number(reader.number());
    return error;
}

Diagnosis read_check(Reader &reader) {
    Diagnosis check;
    check.severity = reader.number() == static_cast<std::uint32_t>(Severity::Fails)
                         ? Severity::Fails
                         : Severity::Warning;
    const auto stage = reader.number();
    if (stage <= static_cast<std::uint32_t>(driver::Stage::Init))
        check.stage = static_cast<driver::Stage>(stage);
    check.cause = cause_of_number(reader.number());
    check.reason = reader.text();
    check.remedies = reader.texts();
    if (auto symbols = reader.texts(); !symbols.empty())
        check.evidence.emplace_back(SymbolNames{std::move(symbols)});
    return check;
}

LoadRefusal read_refusal(Reader &reader) {
    LoadRefusal refusal;
    refusal.target = reader.text();
    refusal.module = reader.text();
    refusal.path = reader.text();
    refusal.vermagic = reader.text();
    refusal.error = static_cast<int>(reader.number());
    refusal.log = reader.texts();
    refusal.is_log_public = reader.number() != 0;
    for (auto count = reader.number(); count > 0 && !reader.missing(); --count)
        refusal.checks.push_back(read_check(reader));
    return refusal;
}

KernelState read_kernel(Reader &reader) {
    KernelState kernel;
    kernel.release = reader.text();
    kernel.lockdown = reader.text();
    kernel.command_line = reader.text();
    kernel.dkms_certificate = reader.text();
    kernel.modules_disabled = reader.number() != 0;
    kernel.signatures_enforced = reader.number() != 0;
    kernel.has_efi = reader.number() != 0;
    return kernel;
}

std::optional<JobOutcome> read_outcome(Reader &reader) {
    JobOutcome outcome;
    outcome.modules = reader.texts();
    const auto kernel = read_kernel(reader);
    for (auto count = reader.number(); count > 0 && !reader.missing(); --count) {
        switch (static_cast<Why>(reader.number())) {
        case Why::Error:
            outcome.failures.emplace_back(read_error(reader));
            break;
        case Why::Refusal:
            outcome.failures.emplace_back(read_refusal(reader));
            std::get<LoadRefusal>(outcome.failures.back()).kernel = kernel;
            break;
        default:
            return std::nullopt;
        }
    }
    outcome.undone = reader.texts();
    outcome.left = reader.texts();
    outcome.loaded = reader.texts();
    for (auto count = reader.number(); count > 0 && !reader.missing(); --count)
        outcome.files.push_back(read_file(reader));
    return outcome;
}

std::optional<WorkerMessage> read_message(std::string_view frame) {
    Reader reader(frame);
    auto kind = static_cast<Kind>(reader.number());
    std::optional<WorkerMessage> message;
    if (kind == Kind::Outcome) {
        if (auto outcome = read_outcome(reader))
            message = std::move(*outcome);
    } else if (kind == Kind::Planned) {
        message = bus::JobProgress{bus::JobProgress::Kind::Planned, reader.number(), {}};
    } else if (kind == Kind::Started) {
        message = bus::JobProgress{bus::JobProgress::Kind::Started, 0, reader.text()};
    } else if (kind == Kind::Ended) {
        message = bus::JobProgress{bus::JobProgress::Kind::Ended, 0, reader.text()};
    } else if (kind == Kind::Asked || kind == Kind::Answered) {
        message = KernelCall{reader.text(), kind == Kind::Answered};
    }
    return reader.whole() ? std::move(message) : std::nullopt;
}

} // namespace

std::string encode_planned(std::size_t modules) {
    return Writer(Kind::Planned).number(static_cast<std::uint32_t>(modules)).take();
}

std::string encode_started(const std::string &module) {
    return Writer(Kind::Started).text(module).take();
}

std::string encode_ended(const std::string &module) {
    return Writer(Kind::Ended).text(module).take();
}

std::string encode_asked(const std::string &module) {
    return Writer(Kind::Asked).text(module).take();
}

std::string encode_answered(const std::string &module) {
    return Writer(Kind::Answered).text(module).take();
}

std::string encode(const JobOutcome &outcome) {
    Writer writer(Kind::Outcome);
    writer.texts(outcome.modules);
    KernelState kernel;
    for (auto failure = outcome.failures.rbegin(); failure != outcome.failures.rend(); ++failure)
        if (const auto *refusal = std::get_if<LoadRefusal>(&*failure))
            kernel = refusal->kernel;
    write(writer, kernel);
    writer.number(static_cast<std::uint32_t>(outcome.failures.size()));
    for (const auto &failure : outcome.failures)
        std::visit([&](const auto &one) { write(writer, one); }, failure);
    writer.texts(outcome.undone).texts(outcome.left).texts(outcome.loaded);
    writer.number(static_cast<std::uint32_t>(outcome.files.size()));
    for (const auto &file : outcome.files)
        write(writer, file);
    return writer.take();
}

std::optional<Result<WorkerMessage>> WorkerInput::next() {
    std::uint32_t length = 0;
    if (bytes_.size() < sizeof length)
        return std::nullopt;
    std::memcpy(&length, bytes_.data(), sizeof length);
    if (length > frame_max)
        return Error{ErrorCode::Failed, "a frame that is too long"};
    if (bytes_.size() < sizeof length + length)
        return std::nullopt;
    auto message = read_message(std::string_view(bytes_).substr(sizeof length, length));
    bytes_.erase(0, sizeof length + length);
    if (!message)
        return Error{ErrorCode::Failed, "a frame that is none"};
    return Result<WorkerMessage>(std::move(*message));
}

} // namespace mk::service
