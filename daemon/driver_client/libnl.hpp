// SPDX-License-Identifier: GPL-2.0-only
// libnl, opened with the first request over netlink. Functions that are not listed here do not
// link.
#pragma once

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "base/dlopen_library.hpp"

namespace mk::driver::netlink {

// libnl-genl brings libnl along, whose functions are found by it as well
inline constinit DlopenLibrary libnl("libnl-genl", LIBNL_GENL_FILE);

MK_DLOPEN_FUNCTION(libnl, genl_connect);
MK_DLOPEN_FUNCTION(libnl, genl_ctrl_alloc_cache);
MK_DLOPEN_FUNCTION(libnl, genl_ctrl_search_by_name);
MK_DLOPEN_FUNCTION(libnl, genl_family_get_id);
MK_DLOPEN_FUNCTION(libnl, genl_family_put);
MK_DLOPEN_FUNCTION(libnl, genlmsg_attrdata);
MK_DLOPEN_FUNCTION(libnl, genlmsg_attrlen);
MK_DLOPEN_FUNCTION(libnl, genlmsg_put);
MK_DLOPEN_FUNCTION(libnl, genlmsg_valid_hdr);
MK_DLOPEN_FUNCTION(libnl, nl_cache_free);
MK_DLOPEN_FUNCTION(libnl, nl_geterror);
MK_DLOPEN_FUNCTION(libnl, nl_recvmsgs_default);
MK_DLOPEN_FUNCTION(libnl, nl_send_auto);
MK_DLOPEN_FUNCTION(libnl, nl_socket_alloc);
MK_DLOPEN_FUNCTION(libnl, nl_socket_free);
MK_DLOPEN_FUNCTION(libnl, nl_socket_modify_cb);
MK_DLOPEN_FUNCTION(libnl, nla_data);
MK_DLOPEN_FUNCTION(libnl, nla_len);
MK_DLOPEN_FUNCTION(libnl, nla_next);
MK_DLOPEN_FUNCTION(libnl, nla_ok);
MK_DLOPEN_FUNCTION(libnl, nla_put_string);
MK_DLOPEN_FUNCTION(libnl, nla_type);
MK_DLOPEN_FUNCTION(libnl, nlmsg_alloc);
MK_DLOPEN_FUNCTION(libnl, nlmsg_data);
MK_DLOPEN_FUNCTION(libnl, nlmsg_free);
MK_DLOPEN_FUNCTION(libnl, nlmsg_hdr);

} // namespace mk::driver::netlink
