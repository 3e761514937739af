// SPDX-License-Identifier: GPL-2.0-only
// The real program on a private bus, with whatever modules and driver this machine has.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "bus/handles.hpp"
#include "fixtures/private_bus.hpp"
#include "service/event_handles.hpp"

namespace mk::test {
namespace {

// As systemd does it: the datagram says when it is ready.
class NotifySocket {
  public:
    explicit NotifySocket(const std::string &path)
        : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)), path_(path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        timeval patience{60, 0};
        setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    std::string receive() {
        char text[512];
        auto got = recv(socket_.get(), text, sizeof text, 0);
        return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : "";
    }
    const std::string &path() const { return path_; }

  private:
    Descriptor socket_;
    std::string path_;
};

class DaemonProcess : public testing::Test {
  protected:
    DaemonProcess() : notify_(folder_ / "notify") {}
    ~DaemonProcess() override {
        if (process_ > 0) {
            kill(process_, SIGKILL);
            waitpid(process_, nullptr, 0);
        }
    }
    void spawn(std::vector<std::string> arguments, const std::string &bus) {
        std::vector<std::string> environment = {"DBUS_SYSTEM_BUS_ADDRESS=" + bus,
                                                "NOTIFY_SOCKET=" + notify_.path()};
        for (char **one = environ; *one; ++one)
            if (!std::string(*one).starts_with("DBUS_SYSTEM_BUS_ADDRESS="))
                environment.emplace_back(*one);
        arguments.insert(arguments.begin(), DAEMON_PROGRAM);
        std::vector<char *> argv;
        std::vector<char *> envp;
        for (auto &one : arguments)
            argv.push_back(one.data());
        for (auto &one : environment)
            envp.push_back(one.data());
        argv.push_back(nullptr);
        envp.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        auto output = folder_ / "output";
        posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_CREAT | O_WRONLY | O_TRUNC,
                                         0600);
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
        ASSERT_EQ(
            posix_spawn(&process_, DAEMON_PROGRAM, &actions, nullptr, argv.data(), envp.data()), 0);
        posix_spawn_file_actions_destroy(&actions);
    }
    void start(const PrivateBus &bus) {
        spawn({}, bus.address());
        ASSERT_TRUE(notified("READY=1"));
    }
    bool notified(std::string_view what) {
        for (std::string text; !(text = notify_.receive()).empty();)
            if (text.find(what) != std::string::npos)
                return true;
        return false;
    }
    // The exit status, or 128 + the signal.
    int wait() {
        int status = 0;
        waitpid(process_, &status, 0);
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::string output() {
        std::string text(4096, '\0');
        Descriptor file(open((folder_ / "output").c_str(), O_RDONLY | O_CLOEXEC));
        auto got = read(file.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    static bool answers(sd_bus *client) {
        return sd_bus_call_method(client, "org.modkeeper1", "/org/modkeeper1",
                                  "org.modkeeper1.Manager", "ListModules", nullptr, nullptr,
                                  "") >= 0;
    }

    TemporaryFolder folder_;
    NotifySocket notify_;
    pid_t process_ = 0;
};

TEST_F(DaemonProcess, ExplainsItself) {
    spawn({"--help"}, "unix:path=/nowhere");
    EXPECT_EQ(wait(), 0);
    EXPECT_NE(output().find("usage: modkeeperd"), std::string::npos);
    spawn({"--version"}, "unix:path=/nowhere");
    EXPECT_EQ(wait(), 0);
    EXPECT_EQ(output(), "modkeeperd " MODKEEPER_VERSION "\n");
    spawn({"--nonsense"}, "unix:path=/nowhere");
    EXPECT_EQ(wait(), 2);
    spawn({"nonsense"}, "unix:path=/nowhere");
    EXPECT_EQ(wait(), 2);
    EXPECT_NE(output().find("\"nonsense\""), std::string::npos);
}

TEST_F(DaemonProcess, WithoutABusItSaysWhatIsMissing) {
    spawn({}, "unix:path=" + (folder_ / "nowhere"));
    EXPECT_EQ(wait(), 1);
    EXPECT_NE(output().find("is dbus.service running?"), std::string::npos) << output();
}

TEST_F(DaemonProcess, IsReadyAnswersAndEndsWell) {
    PrivateBus bus;
    start(bus);
    bus::Bus client(bus.connect());
    EXPECT_TRUE(answers(client.get()));
    kill(process_, SIGTERM);
    EXPECT_EQ(wait(), 0);
    EXPECT_TRUE(notified("STOPPING=1"));
    EXPECT_EQ(output(), "");
    EXPECT_FALSE(answers(client.get()));
}

TEST_F(DaemonProcess, KilledAtAnyTimeItStartsAgain) {
    PrivateBus bus;
    bus::Bus client(bus.connect());
    for (int i = 0; i < 3; ++i) {
        start(bus);
        // A load that is under way.
        sd_bus_call_method_async(client.get(), nullptr, "org.modkeeper1", "/org/modkeeper1",
                                 "org.modkeeper1.Manager", "Load", nullptr, nullptr, "sasa{sv}",
                                 "no_such_module", 0, 0);
        sd_bus_flush(client.get());
        kill(process_, SIGKILL);
        EXPECT_EQ(wait(), 128 + SIGKILL);
    }
    start(bus);
    EXPECT_TRUE(answers(client.get()));
}

// Each message could bring sixteen, kept open while it waits: any user could use up all there are.
TEST_F(DaemonProcess, TakesNoFileDescriptors) {
    PrivateBus bus;
    start(bus);
    const bus::Bus client(bus.connect());
    ASSERT_GT(sd_bus_can_send(client.get(), 'h'), 0);
    sd_bus_message *raw = nullptr;
    ASSERT_GE(sd_bus_message_new_method_call(client.get(), &raw, "org.modkeeper1",
                                             "/org/modkeeper1", "org.modkeeper1.Manager", "Plan"),
              0);
    const bus::Message message(raw);
    ASSERT_GE(sd_bus_message_append(raw, "asasa{sv}", 0, 0, 1, "file", "h", STDIN_FILENO), 0);
    sd_bus_error error{};
    EXPECT_LT(sd_bus_call(client.get(), raw, 0, &error, nullptr), 0);
    EXPECT_STREQ(error.name, "org.freedesktop.DBus.Error.NotSupported") << "not from the bus";
    sd_bus_error_free(&error);
    EXPECT_TRUE(answers(client.get()));
}

TEST_F(DaemonProcess, ASecondOneTakesOver) {
    PrivateBus bus;
    start(bus);
    auto first = process_;
    start(bus);
    int status = -1;
    waitpid(first, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    bus::Bus client(bus.connect());
    EXPECT_TRUE(answers(client.get()));
}

TEST_F(DaemonProcess, EndsWhenTheBusDoes) {
    auto bus = std::make_unique<PrivateBus>();
    start(*bus);
    bus.reset();
    EXPECT_NE(wait(), 0) << "systemd must see that something went wrong";
}

} // namespace
} // namespace mk::test
