// SPDX-License-Identifier: GPL-2.0-only
#include "bus/why_answer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "fixtures/fake_driver.hpp"

namespace mk::bus {
namespace {

using driver::EventKind;

const Field *field_of(const Row &row, std::string_view key) {
    const auto found =
        std::find_if(row.begin(), row.end(), [&](const Field &field) { return field.key == key; });
    return found == row.end() ? nullptr : &*found;
}

template <typename T> T value_of(const Row &row, std::string_view key) {
    const auto *field = field_of(row, key);
    const auto *value = field ? std::get_if<T>(&field->value) : nullptr;
    EXPECT_NE(value, nullptr) << key;
    return value ? *value : T{};
}

class WhyAnswer : public testing::Test {
  protected:
    Result<Answer> ask(const WhyQuestion &question) {
        return why_answer(
            question, [this] { return driver_.read_record(); },
            {[this](const std::string &, const driver::Event *) { return last_load_; }}, nullptr);
    }
    void fails(std::uint64_t sequence, const char *module, std::uint32_t pid, int error) {
        driver::Event event{EventKind::LoadFailed};
        event.sequence = sequence;
        event.tgid = pid;
        event.body =
            driver::ModuleEvent{.module = module, .error = error, .stage = driver::Stage::Init};
        driver_.history.push_back(event);
    }
    std::string module_of(const WhyQuestion &question) {
        const auto answer = ask(question);
        return answer ? value_of<std::string>(answer.value().rows.front(), "module")
                      : answer.error().message;
    }

    test::FakeDriver driver_;
    std::optional<LastLoad> last_load_; // in the journal
};

TEST_F(WhyAnswer, HasTheDiagnosisWithItsFacts) {
    fails(1, "mk_one", 10, ENODEV);
    const auto answer = ask({.target = "mk_one"});
    ASSERT_TRUE(answer) << answer.error().message;
    const auto &row = answer.value().rows.front();
    EXPECT_FALSE(value_of<bool>(row, "loaded"));
    const auto diagnosis = value_of<Row>(row, "diagnosis");
    EXPECT_EQ(value_of<std::string>(diagnosis, "cause"), "no-device");
    EXPECT_EQ(value_of<std::string>(diagnosis, "error"), "InitFailed");
    EXPECT_EQ(value_of<std::string>(diagnosis, "stage"), "init");
    EXPECT_EQ(value_of<std::uint32_t>(diagnosis, "errno"), unsigned{ENODEV});
    EXPECT_NE(value_of<std::vector<std::string>>(row, "sentences").front().find("mk_one"),
              std::string::npos);
    EXPECT_EQ(decode_answer(encode_answer(answer)).value(), answer.value());
}

TEST_F(WhyAnswer, IsOfTheLastThatFailedWhenNothingIsNamed) {
    EXPECT_NE(module_of({}).find("no load and no unload failed"), std::string::npos);
    fails(1, "mk_one", 10, ENODEV);
    fails(2, "mk_two", 11, EINVAL);
    EXPECT_EQ(module_of({}), "mk_two");
    EXPECT_EQ(module_of({.record = 1}), "mk_one");
    EXPECT_EQ(module_of({.pid = 10}), "mk_one");
    EXPECT_NE(module_of({.pid = 12}).find("process 12 did nothing"), std::string::npos);
    EXPECT_NE(module_of({.record = 3}).find("no record 3"), std::string::npos);
}

// Refused before the kernel came to its name.
TEST_F(WhyAnswer, AFailureWithoutANameIsFound) {
    fails(1, "mk_one", 10, ENODEV);
    fails(2, "", 11, EPERM);
    const auto answer = ask({});
    ASSERT_TRUE(answer) << answer.error().message;
    const auto &row = answer.value().rows.front();
    EXPECT_EQ(field_of(row, "module"), nullptr);
    EXPECT_NE(value_of<std::vector<std::string>>(row, "sentences")
                  .front()
                  .find("before the kernel read the module's name"),
              std::string::npos);
}

TEST_F(WhyAnswer, TellsWhatHasChangedSinceItLoaded) {
    fails(1, "no_such_module", 10, ENODEV);
    const auto diagnosis = [&] {
        return value_of<Row>(ask({.target = "no_such_module"}).value().rows.front(), "diagnosis");
    };
    EXPECT_EQ(field_of(diagnosis(), "last_loaded"), nullptr);
    driver::Event live{EventKind::LoadLive};
    live.realtime_ns = 1'000'000'000;
    live.body = driver::ModuleEvent{.module = "no_such_module"};
    last_load_ = LastLoad{live, "an older kernel", {}};
    const auto last = value_of<Row>(diagnosis(), "last_loaded");
    EXPECT_EQ(value_of<std::string>(last, "time"), "1970-01-01T00:00:01.000000000Z");
    const auto since = value_of<Rows>(last, "since");
    ASSERT_EQ(since.size(), 1U);
    EXPECT_EQ(value_of<std::string>(since.front(), "what"), "kernel");
    EXPECT_EQ(value_of<std::string>(since.front(), "before"), "an older kernel");
    const auto answer = ask({.target = "no_such_module"});
    EXPECT_EQ(decode_answer(encode_answer(answer)).value(), answer.value()) << "from the task";
}

} // namespace
} // namespace mk::bus
