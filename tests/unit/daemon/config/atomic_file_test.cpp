// SPDX-License-Identifier: GPL-2.0-only
// A file is the old one or the new one, and everything else that can happen is an error that says
// so.
#include "config/atomic_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>

#include "base/descriptor.hpp"
#include "base/text_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::test {
namespace {

namespace fs = std::filesystem;

std::string attribute(const std::string &file, const char *name) {
    std::string value(256, '\0');
    const auto size = getxattr(file.c_str(), name, value.data(), value.size());
    return size < 0 ? "(none)" : value.substr(0, static_cast<std::size_t>(size));
}

class FileEdit : public testing::Test {
  protected:
    static Edit to(std::string text) {
        return
            [text = std::move(text)](const std::string &) { return Result(std::optional(text)); };
    }
    std::string text() const { return read_text(file_).value_or("(none)"); }
    // Nothing but the file itself may be left in the folder.
    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
    }

    TemporaryFolder folder_;
    std::string file_ = folder_ / "x.conf";
};

TEST_F(FileEdit, MakesChangesAndTakesAway) {
    ASSERT_TRUE(edit_file(file_, to("one\n")));
    EXPECT_EQ(text(), "one\n");
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0644U);
    ASSERT_TRUE(edit_file(
        file_, [](const std::string &now) { return Result(std::optional(now + "two\n")); }));
    EXPECT_EQ(text(), "one\ntwo\n");
    EXPECT_EQ(entries(), 1U);
    ASSERT_TRUE(edit_file(file_, to("")));
    EXPECT_EQ(entries(), 0U);
}

TEST_F(FileEdit, KeepsTheMode) {
    folder_.write("x.conf", "one\n");
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_TRUE(edit_file(file_, to("two\n")));
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(FileEdit, DoesNotTouchWhatStays) {
    folder_.write("x.conf", "one\n");
    struct stat before {};
    struct stat after {};
    ASSERT_EQ(stat(file_.c_str(), &before), 0);
    ASSERT_TRUE(edit_file(file_, to("one\n")));
    ASSERT_TRUE(
        edit_file(file_, [](const std::string &) { return Result(std::optional<std::string>()); }));
    ASSERT_EQ(stat(file_.c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(FileEdit, AnEditThatFailsChangesNothing) {
    folder_.write("x.conf", "one\n");
    auto done = edit_file(file_, [](const std::string &) {
        return Result<std::optional<std::string>>(Error{ErrorCode::Failed, "no"});
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "no");
    EXPECT_EQ(text(), "one\n");
}

TEST_F(FileEdit, LinksAreNotFollowed) {
    auto other = folder_.write("other", "not ours\n");
    fs::create_symlink(other, file_);
    auto done = edit_file(file_, to("two\n"));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("symbolic link"), std::string::npos)
        << done.error().message;
    EXPECT_EQ(read_text(other), "not ours\n");
    EXPECT_TRUE(fs::is_symlink(file_));
}

TEST_F(FileEdit, WhatIsNoFileIsRefused) {
    fs::create_directory(file_);
    auto done = edit_file(file_, to("two\n"));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("not a regular file"), std::string::npos);
}

TEST_F(FileEdit, OneThatIsTooLargeSaysWhatToDo) {
    folder_.write("x.conf", std::string((1U << 20) + 1, '#'));
    const auto done = edit_file(file_, to("x"));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("remove lines that are not needed"), std::string::npos)
        << done.error().message;
    EXPECT_TRUE(done.error().message.ends_with("; nothing was changed"));
}

TEST_F(FileEdit, AMissingFolderIsNamed) {
    auto done = edit_file(folder_ / "none/x.conf", to("two\n"));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("none/x.conf"), std::string::npos);
    EXPECT_NE(done.error().message.find("directory is missing"), std::string::npos);
}

TEST_F(FileEdit, AWriteThatFailsLeavesTheOldFileAlone) {
    folder_.write("x.conf", "one\n");
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    auto *handler = signal(SIGXFSZ, SIG_IGN);
    rlimit small{8, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    auto done = edit_file(file_, to("much longer than eight bytes\n"));
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("nothing was changed"), std::string::npos);
    EXPECT_EQ(text(), "one\n");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FileEdit, WhatAKilledWriterLeftGoes) {
    folder_.write(".x.conf.new", "half of a line that is much longer than");
    folder_.write(".x.conf.lock", "");
    ASSERT_TRUE(edit_file(file_, to("one\n")));
    EXPECT_EQ(text(), "one\n");
    EXPECT_EQ(entries(), 1U);
}

// Its owner, what it is called elsewhere and what hangs on it are not those of the new file.
TEST_F(FileEdit, NothingOfAFileThatWasLeftIsInTheNewOne) {
    const auto left = folder_.write(".x.conf.new", "left\n");
    fs::create_hard_link(left, folder_ / "other");
    setxattr(left.c_str(), "user.label", "a", 1, 0);
    if (geteuid() == 0) {
        ASSERT_EQ(chown(left.c_str(), 65534, 65534), 0);
    }
    const Descriptor open_for_long(open(left.c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(edit_file(file_, to("secret\n")));
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, geteuid());
    EXPECT_EQ(status.st_nlink, 1U);
    EXPECT_EQ(attribute(file_, "user.label"), "(none)");
    EXPECT_EQ(read_text(folder_ / "other"), "left\n");
    struct stat held {};
    ASSERT_EQ(fstat(open_for_long.get(), &held), 0);
    EXPECT_NE(held.st_ino, status.st_ino);
}

TEST_F(FileEdit, WhoMayReadItIsNotChangedBack) {
    folder_.write("x.conf", "one\n");
    auto done = edit_file(file_, [&](const std::string &now) {
        fs::permissions(file_, fs::perms(0600));
        return Result(std::optional(now + "two\n"));
    });
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("at the same time"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
    EXPECT_EQ(text(), "one\n");
}

TEST_F(FileEdit, WritersWaitForEachOther) {
    std::vector<std::thread> writers;
    for (int i = 0; i < 8; ++i)
        writers.emplace_back([&] {
            EXPECT_TRUE(edit_file(file_, [](const std::string &now) {
                return Result(std::optional(now + "line\n"));
            }));
        });
    for (auto &writer : writers)
        writer.join();
    EXPECT_EQ(text().size(), 8 * std::string("line\n").size());
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FileEdit, SomebodyElsesWriteIsNotLost) {
    folder_.write("x.conf", "one\n");
    auto done = edit_file(file_, [&](const std::string &now) {
        folder_.write("x.conf", "written meanwhile\n");
        return Result(std::optional(now + "two\n"));
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(text(), "written meanwhile\n");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FileEdit, WhatSomebodyWroteMeanwhileIsNotTakenAway) {
    folder_.write("x.conf", "one\n");
    auto done = edit_file(file_, [&](const std::string &) {
        folder_.write("x.conf", "one\nwritten meanwhile\n");
        return Result(std::optional(std::string()));
    });
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("at the same time"), std::string::npos);
    EXPECT_EQ(text(), "one\nwritten meanwhile\n");
    EXPECT_EQ(entries(), 1U);
}

// The owner reads and writes, user 65534 reads, nobody else may.
std::string list_of_rights() {
    struct Entry {
        std::uint16_t tag, rights;
        std::uint32_t id;
    };
    constexpr std::uint32_t version = 2;
    constexpr std::uint32_t nobody = 65534;
    constexpr std::uint32_t undefined = ~0U;
    const Entry entries[] = {{1, 6, undefined},
                             {2, 4, nobody},
                             {4, 0, undefined},
                             {16, 4, undefined},
                             {32, 0, undefined}};
    std::string bytes(reinterpret_cast<const char *>(&version), sizeof version);
    return bytes.append(reinterpret_cast<const char *>(entries), sizeof entries);
}

TEST_F(FileEdit, KeepsTheListOfRightsAndLabels) {
    constexpr const char *list = "system.posix_acl_access";
    folder_.write("x.conf", "one\n");
    const auto rights = list_of_rights();
    if (setxattr(file_.c_str(), list, rights.data(), rights.size(), 0) < 0)
        GTEST_SKIP() << "this file system has no lists of rights";
    const bool labelled = setxattr(file_.c_str(), "user.label", "a", 1, 0) == 0;
    ASSERT_TRUE(edit_file(file_, to("two\n")));
    EXPECT_EQ(text(), "two\n");
    EXPECT_EQ(attribute(file_, list), rights);
    EXPECT_EQ(attribute(file_, "user.label"), labelled ? "a" : "(none)");
}

TEST_F(FileEdit, AListOfTheFolderDoesNotOpenAFileThatHadNone) {
    folder_.write("x.conf", "one\n");
    const auto rights = list_of_rights();
    if (setxattr(folder_.path().c_str(), "system.posix_acl_default", rights.data(), rights.size(),
                 0) < 0)
        GTEST_SKIP() << "this file system has no lists of rights";
    ASSERT_TRUE(edit_file(file_, to("two\n")));
    EXPECT_EQ(attribute(file_, "system.posix_acl_access"), "(none)");
}

TEST_F(FileEdit, ALockKeepsOthersWaiting) {
    auto lock = EditLock::take(file_);
    ASSERT_TRUE(lock);
    std::atomic<bool> released = false;
    std::thread other([&] {
        EXPECT_TRUE(edit_file(file_, [&](const std::string &now) {
            EXPECT_TRUE(released);
            return Result(std::optional(now + "other\n"));
        }));
    });
    ASSERT_TRUE(lock.value().edit([&](const std::string &now) {
        released = true;
        return Result(std::optional(now + "first\n"));
    }));
    { const auto gone = std::move(lock.value()); }
    other.join();
    EXPECT_EQ(text(), "first\nother\n");
    EXPECT_TRUE(EditLock::take(folder_ / "none/x.conf"));
}

} // namespace
} // namespace mk::test
