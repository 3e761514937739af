// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker_protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/byte_codec.hpp"
#include "driver_client/event_names.hpp"

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

// The beginning of a frame, whose length finish() writes.
ByteWriter frame(Kind kind) {
    ByteWriter writer(text_max);
    return std::move(writer.number(0).word(kind));
}

std::string finish(ByteWriter writer) {
    auto bytes = writer.take();
    const auto length = static_cast<std::uint32_t>(bytes.size() - sizeof(std::uint32_t));
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes;
}

void write(ByteWriter &writer, const Error &error) {
    writer.word(Why::Error).error(error);
}

void write(ByteWriter &writer, const Diagnosis &check) {
    writer.word(check.severity).word(check.stage).word(check.cause);
    writer.text(check.reason).texts(check.remedies);
    const auto *symbols = check.evidence_of<SymbolNames>();
    const auto names = symbols ? std::min(symbols->names.size(), symbols_max) : 0;
    writer.count(names);
    for (std::size_t i = 0; i < names; ++i)
        writer.text(symbols->names[i], line_max);
}

void write(ByteWriter &writer, const LoadRefusal &refusal) {
    writer.word(Why::Refusal).text(refusal.target).text(refusal.module).text(refusal.path);
    writer.text(refusal.vermagic, line_max);
    writer.number(static_cast<std::uint32_t>(refusal.error)).word(refusal.stage);
    writer.text(refusal.rule).text(refusal.rule_reason);
    const auto lines = std::min(refusal.log.size(), lines_max);
    writer.count(lines);
    for (std::size_t i = 0; i < lines; ++i)
        writer.text(refusal.log[i], line_max);
    writer.number(refusal.is_log_public);
    const auto checks = std::min(refusal.checks.size(), checks_max);
    writer.count(checks);
    for (std::size_t i = 0; i < checks; ++i)
        write(writer, refusal.checks[i]);
}

void write(ByteWriter &writer, const KernelState &kernel) {
    constexpr std::size_t command_line_max = 64U << 10;
    writer.text(kernel.release).text(kernel.lockdown).text(kernel.command_line, command_line_max);
    writer.text(kernel.dkms_certificate);
    writer.number(kernel.modules_disabled).number(kernel.signatures_enforced);
    writer.number(kernel.has_efi);
}

void write(ByteWriter &writer, const NamedFile &file) {
    const auto &identity = file.identity;
    writer.text(file.module).text(file.path);
    writer.large(static_cast<std::int64_t>(identity.device));
    writer.large(static_cast<std::int64_t>(identity.inode));
    writer.large(identity.size).large(identity.seconds).large(identity.nanoseconds);
    writer.large(identity.changed_seconds).large(identity.changed_nanoseconds);
}

NamedFile read_file(ByteReader &reader) {
    NamedFile file;
    file.module = ModuleName(reader.text());
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

driver::Stage read_stage(ByteReader &reader) {
    const auto stage = reader.number();
    return stage < driver::names_of(driver::Stage{}).size() ? static_cast<driver::Stage>(stage)
                                                            : driver::Stage::Unknown;
}

Diagnosis read_check(ByteReader &reader) {
    Diagnosis check;
    check.severity = reader.number() == static_cast<std::uint32_t>(Severity::Fails)
                         ? Severity::Fails
                         : Severity::Warning;
    check.stage = read_stage(reader);
    check.cause = cause_of_number(reader.number());
    check.reason = reader.text();
    check.remedies = reader.texts();
    if (auto symbols = reader.texts(); !symbols.empty())
        check.evidence.emplace_back(SymbolNames{std::move(symbols)});
    return check;
}

LoadRefusal read_refusal(ByteReader &reader) {
    LoadRefusal refusal;
    refusal.target = reader.text();
    refusal.module = ModuleName(reader.text());
    refusal.path = reader.text();
    refusal.vermagic = reader.text();
    refusal.error = static_cast<int>(reader.number());
    refusal.stage = read_stage(reader);
    refusal.rule = reader.text();
    refusal.rule_reason = reader.text();
    refusal.log = reader.texts();
    refusal.is_log_public = reader.truth();
    reader.each([&] { refusal.checks.push_back(read_check(reader)); });
    return refusal;
}

KernelState read_kernel(ByteReader &reader) {
    KernelState kernel;
    kernel.release = reader.text();
    kernel.lockdown = reader.text();
    kernel.command_line = reader.text();
    kernel.dkms_certificate = reader.text();
    kernel.modules_disabled = reader.truth();
    kernel.signatures_enforced = reader.truth();
    kernel.has_efi = reader.truth();
    return kernel;
}

JobOutcome read_outcome(ByteReader &reader) {
    JobOutcome outcome;
    outcome.modules = module_names(reader.texts());
    const auto kernel = read_kernel(reader);
    reader.each([&] {
        switch (static_cast<Why>(reader.number())) {
        case Why::Error:
            outcome.failures.emplace_back(reader.error());
            break;
        case Why::Refusal:
            outcome.failures.emplace_back(read_refusal(reader));
            std::get<LoadRefusal>(outcome.failures.back()).kernel = kernel;
            break;
        default:
            reader.fail();
        }
    });
    outcome.undone = module_names(reader.texts());
    outcome.left = module_names(reader.texts());
    outcome.loaded = module_names(reader.texts());
    reader.each([&] { outcome.files.push_back(read_file(reader)); });
    return outcome;
}

std::optional<WorkerMessage> read_message(std::string_view frame) {
    ByteReader reader(frame);
    auto kind = static_cast<Kind>(reader.number());
    std::optional<WorkerMessage> message;
    if (kind == Kind::Outcome) {
        message = read_outcome(reader);
    } else if (kind == Kind::Planned) {
        message = bus::JobProgress{bus::JobProgress::Kind::Planned, reader.number(), {}};
    } else if (kind == Kind::Started) {
        message = bus::JobProgress{bus::JobProgress::Kind::Started, 0, ModuleName(reader.text())};
    } else if (kind == Kind::Ended) {
        message = bus::JobProgress{bus::JobProgress::Kind::Ended, 0, ModuleName(reader.text())};
    } else if (kind == Kind::Asked || kind == Kind::Answered) {
        message = KernelCall{ModuleName(reader.text()), kind == Kind::Answered};
    }
    return reader.whole() ? std::move(message) : std::nullopt;
}

} // namespace

std::string encode_planned(std::size_t modules) {
    return finish(std::move(frame(Kind::Planned).count(modules)));
}

std::string encode_started(const std::string &module) {
    return finish(std::move(frame(Kind::Started).text(module)));
}

std::string encode_ended(const std::string &module) {
    return finish(std::move(frame(Kind::Ended).text(module)));
}

std::string encode_asked(const std::string &module) {
    return finish(std::move(frame(Kind::Asked).text(module)));
}

std::string encode_answered(const std::string &module) {
    return finish(std::move(frame(Kind::Answered).text(module)));
}

std::string encode(const JobOutcome &outcome) {
    auto writer = frame(Kind::Outcome);
    writer.texts(texts_of(outcome.modules));
    KernelState kernel;
    for (auto failure = outcome.failures.rbegin(); failure != outcome.failures.rend(); ++failure)
        if (const auto *refusal = std::get_if<LoadRefusal>(&*failure))
            kernel = refusal->kernel;
    write(writer, kernel);
    writer.count(outcome.failures.size());
    for (const auto &failure : outcome.failures)
        std::visit([&](const auto &one) { write(writer, one); }, failure);
    writer.texts(texts_of(outcome.undone))
        .texts(texts_of(outcome.left))
        .texts(texts_of(outcome.loaded));
    writer.count(outcome.files.size());
    for (const auto &file : outcome.files)
        write(writer, file);
    return finish(std::move(writer));
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
