// SPDX-License-Identifier: GPL-2.0-only
// Error: what went wrong, as a sentence and as facts; and Result: a value or an error. No function
// of the daemon returns a bare errno.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/cause.hpp"
#include "base/error_code.hpp"

namespace mk {

// Facts of an Error for programs, each if it is known.
struct ErrorFacts {
    std::string module;
    int number = 0;                   // positive errno: the kernel's answer, or what it would be
    std::string stage;                // of a load, by the driver's name of it
    std::vector<std::string> holders; // modules that use it
    Cause cause = Cause::None;

    bool operator==(const ErrorFacts &) const = default;
};

struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::Failed;
    // One sentence that names the module, the stage and the evidence, without a final period.
    std::string message;
    ErrorFacts facts = {};
};

// As far as it is known: of many codes the cause is plain.
inline Cause cause_of(const Error &error) {
    return error.facts.cause == Cause::None ? cause_of_code(error.code) : error.facts.cause;
}

// A value or an Error. Check before value(): taking the value of a failure is a bug.
template <typename T> class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T &value() { return std::get<0>(state_); }
    const T &value() const { return std::get<0>(state_); }
    T take() { return std::move(value()); }
    const Error &error() const { return std::get<1>(state_); }

  private:
    std::variant<T, Error> state_;
};

template <> class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : state_(std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    void take() const {}
    const Error &error() const { return std::get<1>(state_); }

  private:
    std::variant<std::monostate, Error> state_;
};

} // namespace mk

// The value of an expression that is a Result, or a return of its error from the calling function,
// as in the driver. To be the whole of a statement or of an initializer.
#define TRY(...)                                                                                   \
    __extension__({                                                                                \
        auto result_ = (__VA_ARGS__);                                                              \
        if (!result_)                                                                              \
            return result_.error();                                                                \
        result_.take();                                                                            \
    })
