// SPDX-License-Identifier: GPL-2.0-only
// Requests to the netlink family: one connection for each, and dumps repeated if they were
// interrupted.
#include "driver_client/netlink.hpp"

#include <cstdint>
#include <memory>

#include <linux/modkeeper.h>

#include "driver_client/abi_version.hpp"
#include "driver_client/libnl.hpp"
#include "driver_client/netlink_decoder.hpp"

namespace mk::driver::netlink {
namespace {

template <const auto &release> struct Releases {
    template <typename T> void operator()(T *owned) const { release(owned); }
};
using Socket = std::unique_ptr<nl_sock, Releases<nl_socket_free>>;
using Message = std::unique_ptr<nl_msg, Releases<nlmsg_free>>;
using Cache = std::unique_ptr<nl_cache, Releases<nl_cache_free>>;
using Family = std::unique_ptr<genl_family, Releases<genl_family_put>>;

// A dump during which the module list changed is discarded and repeated.
constexpr int torn_dumps_allowed = 10;

Error failure(const char *what, int code) {
    return Error{ErrorCode::Failed,
                 std::string(what) + " failed over netlink: " + nl_geterror(code)};
}

struct Connection {
    Socket socket;
    int family;
};

// The family is searched in the list of all: asking for it by name makes the kernel run modprobe if
// it does not exist.
Result<Connection> connect() {
    TRY(libnl.open());
    Connection connection{Socket(nl_socket_alloc()), 0};
    if (!connection.socket)
        return Error{ErrorCode::Failed, "no memory for a netlink socket"};
    if (const int code = genl_connect(connection.socket.get()); code < 0)
        return failure("connect", code);
    nl_cache *families = nullptr;
    if (const int code = genl_ctrl_alloc_cache(connection.socket.get(), &families); code < 0)
        return failure("the list of families", code);
    const Cache cache(families);
    const Family family(genl_ctrl_search_by_name(families, MODKEEPER_GENL_NAME));
    if (!family)
        return driver_absent();
    connection.family = static_cast<int>(genl_family_get_id(family.get()));
    return connection;
}

// State that the callbacks of one request share.
template <typename Receive> struct Answering {
    Receive receive;
    bool ended = false;

    static int take(nl_msg *answer, void *self) {
        static_cast<Answering *>(self)->receive(nlmsg_hdr(answer));
        return NL_OK;
    }
    static int end(nl_msg *, void *self) {
        static_cast<Answering *>(self)->ended = true;
        return NL_OK;
    }
};

// Sends command (with the name of a module, when there is one) and gives each answer to
// receive(nlmsghdr). 0 or a negative code of libnl.
template <typename Receive> int ask(const Connection &connection, std::uint8_t command, int flags,
                                    const ModuleName *name, Receive receive) {
    const Message message(nlmsg_alloc());
    if (!message)
        return -NLE_NOMEM;
    if (genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, connection.family, 0, flags, command,
                    MODKEEPER_GENL_VERSION) == nullptr)
        return -NLE_NOMEM;
    if (name != nullptr) {
        if (const int code = nla_put_string(message.get(), MODKEEPER_A_MODULE_NAME, name->c_str());
            code < 0)
            return code;
    }
    nl_sock *socket = connection.socket.get();
    Answering<Receive> answering{receive};
    nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, Answering<Receive>::take, &answering);
    nl_socket_modify_cb(socket, NL_CB_ACK, NL_CB_CUSTOM, Answering<Receive>::end, &answering);
    nl_socket_modify_cb(socket, NL_CB_FINISH, NL_CB_CUSTOM, Answering<Receive>::end, &answering);
    if (const int code = nl_send_auto(socket, message.get()); code < 0)
        return code;
    // an answer and its acknowledgement are separate messages, and each call reads one; a message
    // left over would be taken for the answer to the next question
    while (!answering.ended)
        if (const int code = nl_recvmsgs_default(socket); code < 0)
            return code;
    return 0;
}

Result<Status> ask_status(const Connection &connection) {
    Status status;
    const auto receive = [&](nlmsghdr *answer) { status = decode_status(answer); };
    if (const int code = ask(connection, MODKEEPER_CMD_GET_STATUS, 0, nullptr, receive); code < 0)
        return failure("get-status", code);
    TRY(check_version(status.abi_major, status.abi_minor));
    return status;
}

Result<Connection> connect_checked() {
    auto connection = connect();
    if (!connection)
        return connection;
    TRY(ask_status(connection.value()));
    return connection;
}

} // namespace

Result<Status> get_status() {
    auto connection = TRY(connect());
    return ask_status(connection);
}

Result<std::vector<LoadedModule>> get_modules() {
    auto connection = TRY(connect_checked());
    std::vector<LoadedModule> modules;
    const auto receive = [&](nlmsghdr *answer) { modules.push_back(decode_module(answer)); };
    int code = -NLE_DUMP_INTR;
    for (int torn = 0; code == -NLE_DUMP_INTR && torn < torn_dumps_allowed; ++torn) {
        modules.clear();
        code = ask(connection, MODKEEPER_CMD_GET_MODULE, NLM_F_DUMP, nullptr, receive);
    }
    if (code < 0)
        return failure("get-module", code);
    return modules;
}

Result<LoadedModule> get_module(const ModuleName &name) {
    auto connection = TRY(connect_checked());
    LoadedModule module;
    const auto receive = [&](nlmsghdr *answer) { module = decode_module(answer); };
    const int code = ask(connection, MODKEEPER_CMD_GET_MODULE, 0, &name, receive);
    if (code == -NLE_OBJ_NOTFOUND)
        return Error{ErrorCode::NotFound, "the driver has never seen a module " + name};
    if (code == -NLE_INVAL || code == -NLE_RANGE)
        return Error{ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid module name"};
    if (code < 0)
        return failure("get-module", code);
    return module;
}

} // namespace mk::driver::netlink
