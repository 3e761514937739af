// SPDX-License-Identifier: GPL-2.0-only
#include "service/outcome_codec.hpp"

#include <cstdint>
#include <cstring>

namespace mk::service {

namespace {

enum class Kind : std::uint32_t { Done = 1, Failed, Refused };

class Writer {
  public:
    explicit Writer(Kind kind) { number(static_cast<std::uint32_t>(kind)); }

    Writer &number(std::uint32_t value) {
        bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
        return *this;
    }
    Writer &text(std::string_view value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
        return *this;
    }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

// Once something is missing, all that follows is zero or empty and whole() says no.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint32_t number() {
        std::uint32_t value = 0;
        if (bytes_.size() < sizeof value) {
            bytes_ = {};
            missing_ = true;
            return 0;
        }
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }
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
    bool missing() const { return missing_; }
    bool whole() const { return !missing_ && bytes_.empty(); }

  private:
    std::string_view bytes_;
    bool missing_ = false;
};

std::string encode_error(const Error &error) {
    return Writer(Kind::Failed)
        .number(static_cast<std::uint32_t>(error.code))
        .text(error.message)
        .take();
}

std::string encode_refusal(const engine::LoadRefusal &refusal) {
    Writer writer(Kind::Refused);
    writer.text(refusal.target).text(refusal.module).text(refusal.path).text(refusal.vermagic);
    writer.number(static_cast<std::uint32_t>(refusal.error));
    const auto &kernel = refusal.kernel;
    writer.text(kernel.release).text(kernel.lockdown).text(kernel.command_line);
    writer.number(kernel.modules_disabled).number(kernel.signatures_enforced);
    writer.number(static_cast<std::uint32_t>(refusal.log.size()));
    for (const auto &line : refusal.log)
        writer.text(line);
    return writer.take();
}

Error read_error(Reader &reader) {
    auto code = reader.number();
    if (code > static_cast<std::uint32_t>(ErrorCode::Failed))
        code = static_cast<std::uint32_t>(ErrorCode::Failed);
    return {static_cast<ErrorCode>(code), reader.text()};
}

engine::LoadRefusal read_refusal(Reader &reader) {
    engine::LoadRefusal refusal;
    refusal.target = reader.text();
    refusal.module = reader.text();
    refusal.path = reader.text();
    refusal.vermagic = reader.text();
    refusal.error = static_cast<int>(reader.number());
    refusal.kernel.release = reader.text();
    refusal.kernel.lockdown = reader.text();
    refusal.kernel.command_line = reader.text();
    refusal.kernel.modules_disabled = reader.number() != 0;
    refusal.kernel.signatures_enforced = reader.number() != 0;
    for (auto lines = reader.number(); lines > 0 && !reader.missing(); --lines)
        refusal.log.push_back(reader.text());
    return refusal;
}

} // namespace

std::string encode(const engine::LoadOutcome &outcome) {
    if (const auto *name = std::get_if<std::string>(&outcome))
        return Writer(Kind::Done).text(*name).take();
    if (const auto *error = std::get_if<Error>(&outcome))
        return encode_error(*error);
    return encode_refusal(std::get<engine::LoadRefusal>(outcome));
}

std::string encode(const Result<void> &outcome) {
    return outcome ? Writer(Kind::Done).take() : encode_error(outcome.error());
}

std::optional<engine::LoadOutcome> decode_load(std::string_view bytes) {
    Reader reader(bytes);
    engine::LoadOutcome outcome;
    switch (static_cast<Kind>(reader.number())) {
    case Kind::Done:
        outcome = reader.text();
        break;
    case Kind::Failed:
        outcome = read_error(reader);
        break;
    case Kind::Refused:
        outcome = read_refusal(reader);
        break;
    default:
        return std::nullopt;
    }
    return reader.whole() ? std::optional(std::move(outcome)) : std::nullopt;
}

std::optional<Result<void>> decode_unload(std::string_view bytes) {
    Reader reader(bytes);
    Result<void> outcome;
    auto kind = static_cast<Kind>(reader.number());
    if (kind == Kind::Failed)
        outcome = read_error(reader);
    else if (kind != Kind::Done)
        return std::nullopt;
    return reader.whole() ? std::optional(std::move(outcome)) : std::nullopt;
}

} // namespace mk::service
