# SPDX-License-Identifier: GPL-2.0-only
"""Who may do what at the driver itself: every way into it, for every combination of capabilities,
namespaces and the group. The table is what the header and the manual page say, not what was seen."""

import ctypes
import errno
import fcntl
import itertools
import json
import mmap
import os
import pathlib
import pwd
import select
import struct
import traceback
from types import SimpleNamespace

from lib import genl, policy, session, system, uapi
from lib.device import PATH, Device
from lib.driver import DriverTest

libc = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_NET = 0x10000000, 0x40000000
KEEP_CAPABILITIES = 8  # of prctl
CAPABILITIES = {"NET_ADMIN": 12, "SYS_MODULE": 16, "SYS_PTRACE": 19, "SYS_ADMIN": 21, "SYSLOG": 34}
PARAMETERS = pathlib.Path("/sys/module/modkeeper/parameters")
ORDINARY, MEMBER = "mk-ordinary", "mk-member"


# ---- the table ----

def anybody(_):
    return True


def nobody(_):
    return False


def has(capability):
    """In the initial user namespace: those of another one are worth nothing here."""
    return lambda who: capability in who.capabilities and not who.child


def owner(who):
    return who.root


def reads_the_device(who):
    return who.root or who.group


def in_the_initial_network(who):
    return not who.other_net


def subscribes(who):
    return has("SYS_ADMIN")(who) and not who.other_net


# way in: who may, what the others are told, and when that is something else
TABLE = {
    "open to read": (reads_the_device, errno.EACCES),
    "open to write": (owner, errno.EACCES),
    "open to read and write": (owner, errno.EACCES),
    # from here on with a descriptor that root has opened and handed on
    "read": (anybody, None),
    "poll": (anybody, None),
    "lseek": (anybody, None),
    "mmap to read": (anybody, None),
    "mmap to write": (nobody, errno.EPERM),
    "mmap to execute": (nobody, errno.EPERM),
    "write": (has("SYS_MODULE"), errno.EPERM),
    "INFO": (anybody, None),
    "STATS": (anybody, None),
    "SNAPSHOT": (anybody, None),
    "QUERY": (anybody, None),
    "FILTER": (anybody, None),
    "HOLDERS": (has("SYS_PTRACE"), errno.EPERM),
    "CLIENT": (has("SYS_MODULE"), errno.EPERM),
    "POLICY_SET": (has("SYS_MODULE"), errno.EPERM),
    "POLICY_MODE": (has("SYS_MODULE"), errno.EPERM),
    # of no trial
    "POLICY_CONFIRM": (nobody, lambda who: errno.ESTALE if has("SYS_MODULE")(who) else errno.EPERM),
    "POLICY_TEMPORARY, add": (has("SYS_MODULE"), errno.EPERM),
    "POLICY_TEMPORARY, list": (anybody, None),
    # with a flag that there is not
    "POLICY_SEAL": (nobody, lambda who: errno.EINVAL if has("SYS_MODULE")(who) else errno.EPERM),
    "POLICY_GET": (anybody, None),
    "POLICY_TEST": (anybody, None),
    # with a socket of one's own
    "find the family": (in_the_initial_network, errno.ENOENT),
    "get-status": (in_the_initial_network, errno.ENOENT),
    "get-module": (in_the_initial_network, errno.ENOENT),
    "get-module, dump": (in_the_initial_network, errno.ENOENT),
    "get-params, dump": (in_the_initial_network, errno.ENOENT),
    "subscribe": (subscribes, lambda who: errno.ENOENT if who.other_net else errno.EPERM),
    # with a socket that root has opened, in the initial network namespace, and handed on
    "subscribe root's socket": (has("SYS_ADMIN"), errno.EPERM),
    # parameters: everybody reads them, root changes what can be changed
    "read ring_kb": (anybody, None),
    "read trace_probes": (anybody, None),
    "read track_refs": (anybody, None),
    "read policy_mode": (anybody, None),
    "read debug": (anybody, None),
    "write ring_kb": (nobody, errno.EACCES),
    "write trace_probes": (nobody, errno.EACCES),
    "write track_refs": (owner, errno.EACCES),
    "write policy_mode": (nobody, errno.EACCES),
    "write debug": (owner, errno.EACCES),
}


def expected(way, who):
    may, refusal = TABLE[way]
    if may(who):
        return 0
    return refusal(who) if callable(refusal) else refusal


# ---- who ----

def everybody():
    """Ordinary users with each set of capabilities, and root without any."""
    sets = [set(names) for count in range(len(CAPABILITIES) + 1)
            for names in itertools.combinations(CAPABILITIES, count)]
    for group, other_net, capabilities in itertools.product((False, True), (False, True), sets):
        yield SimpleNamespace(root=False, group=group, child=False, other_net=other_net,
                              capabilities=capabilities)
    for group, other_net in itertools.product((False, True), repeat=2):
        yield SimpleNamespace(root=False, group=group, child=True, other_net=other_net,
                              capabilities=set(CAPABILITIES))
    for other_net, capabilities in itertools.product((False, True), (set(), set(CAPABILITIES))):
        yield SimpleNamespace(root=True, group=False, child=False, other_net=other_net,
                              capabilities=capabilities)


def succeeds(result):
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def become(who):
    """For good: of a process that ends after it."""
    if who.other_net and not who.child:
        succeeds(libc.unshare(NEW_NET))
    succeeds(libc.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0))
    if not who.root:
        account = pwd.getpwnam(MEMBER if who.group else ORDINARY)
        os.initgroups(account.pw_name, account.pw_gid)
        os.setresgid(*[account.pw_gid] * 3)
        os.setresuid(*[account.pw_uid] * 3)
    if who.child:  # the one who makes it has all capabilities there
        succeeds(libc.unshare(NEW_USER | (NEW_NET if who.other_net else 0)))
        return
    bits = sum(1 << CAPABILITIES[name] for name in who.capabilities)
    low, high = bits & 0xffffffff, bits >> 32
    succeeds(libc.capset(struct.pack("=Ii", 0x20080522, 0),
                         struct.pack("=6I", low, low, 0, high, high, 0)))


# ---- the ways ----

def opened(flags):
    return lambda _: os.close(os.open(PATH, flags | os.O_NONBLOCK))


def mapped(protection):
    return lambda of: mmap.mmap(of.device.fd, of.mapping, mmap.MAP_SHARED, protection).close()


def ioctl(request, structure, *values):
    return lambda of: fcntl.ioctl(of.device.fd, request, bytearray(structure.pack(*values)))


def read_record(of):
    os.lseek(of.device.fd, 0, os.SEEK_SET)
    os.read(of.device.fd, 65536)


def poll(of):
    os.lseek(of.device.fd, 0, os.SEEK_SET)
    waiting = select.poll()
    waiting.register(of.device.fd, select.POLLIN)
    (_, events), = waiting.poll(60000)
    assert not events & select.POLLERR


def ask(command, payload=b"", flags=genl.ACK):
    """By the family's number, which anybody may guess."""
    def way(of):
        with genl.Netlink() as netlink:
            netlink.request(of.family, command, payload, flags=flags)
    return way


def find_the_family(_):
    with genl.Netlink() as netlink:
        netlink.family()


def subscribe_handed_on(of):
    of.netlink.request(of.family, genl.SUBSCRIBE)


def read_parameter(name):
    return lambda _: (PARAMETERS / name).read_text()


def write_parameter(name):
    return lambda of: os.write(of.parameter(name), of.values[name])


WAYS = {
    "open to read": opened(os.O_RDONLY),
    "open to write": opened(os.O_WRONLY),
    "open to read and write": opened(os.O_RDWR),
    "read": read_record,
    "poll": poll,
    "lseek": lambda of: os.lseek(of.device.fd, 0, os.SEEK_SET),
    "mmap to read": mapped(mmap.PROT_READ),
    "mmap to write": mapped(mmap.PROT_READ | mmap.PROT_WRITE),
    "mmap to execute": mapped(mmap.PROT_READ | mmap.PROT_EXEC),
    "write": lambda of: os.write(of.device.fd, b"a mark"),
    "INFO": ioctl(uapi.IOC_INFO, uapi.INFO, *[0] * 7, b""),
    "STATS": ioctl(uapi.IOC_STATS, uapi.STATS, *[0] * 14),
    "SNAPSHOT": ioctl(uapi.IOC_SNAPSHOT, uapi.SNAPSHOT, *[0] * 7),
    "QUERY": ioctl(uapi.IOC_QUERY, uapi.QUERY, b"modkeeper", *[0] * 5),
    "FILTER": ioctl(uapi.IOC_FILTER, uapi.FILTER, 0, b"", 0),
    "HOLDERS": ioctl(uapi.IOC_HOLDERS, uapi.HOLDERS, b"modkeeper", *[0] * 7),
    "CLIENT": ioctl(uapi.IOC_CLIENT, uapi.CLIENT_OF, 0, 0, 0, 0, b"", b""),
    "POLICY_SET": lambda of: policy.set_policy(of.device, policy.Policy(), load_mode=uapi.MODE_OFF),
    "POLICY_MODE": lambda of: policy.set_mode(of.device, uapi.MODE_AUDIT),
    "POLICY_CONFIRM": ioctl(uapi.IOC_POLICY_CONFIRM, uapi.POLICY_CONFIRM, 1 << 40, 0, policy.KEEP, 0, 0),
    "POLICY_TEMPORARY, add": lambda of: policy.permit(of.device, "none", seconds=1e-6),
    "POLICY_TEMPORARY, list": lambda of: policy.permissions(of.device),
    "POLICY_SEAL": ioctl(uapi.IOC_POLICY_SEAL, uapi.POLICY_SEAL, 1, 0, 0, 0, 0),
    "POLICY_GET": lambda of: policy.state(of.device),
    "POLICY_TEST": lambda of: policy.ask(of.device, "mk_base"),
    "find the family": find_the_family,
    "get-status": ask(genl.GET_STATUS),
    "get-module": ask(genl.GET_MODULE, genl.attribute(2, "modkeeper")),
    "get-module, dump": ask(genl.GET_MODULE, flags=genl.ROOT_MATCH),
    "get-params, dump": ask(genl.GET_PARAMS, flags=genl.ROOT_MATCH),
    "subscribe": ask(genl.SUBSCRIBE),
    "subscribe root's socket": subscribe_handed_on,
    **{f"read {name}": read_parameter(name)
       for name in ("ring_kb", "trace_probes", "track_refs", "policy_mode", "debug")},
    **{f"write {name}": write_parameter(name)
       for name in ("ring_kb", "trace_probes", "track_refs", "policy_mode", "debug")},
}


def answer(way, of):
    """0 or errno."""
    try:
        WAYS[way](of)
    except (OSError, genl.Refused) as refused:
        return refused.errno
    return 0


class Rights(DriverTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session.add_user(ORDINARY)
        session.add_user(MEMBER, "modkeeper")

    @classmethod
    def tearDownClass(cls):
        session.remove_user(ORDINARY)
        session.remove_user(MEMBER)
        super().tearDownClass()

    def handed_on(self):
        """What root has opened and others inherit."""
        system.until(lambda: pathlib.Path(PATH).group() == "modkeeper", "the device's group")
        device = self.device(flags=os.O_RDWR | os.O_NONBLOCK)
        netlink = genl.Netlink()
        self.addCleanup(netlink.__exit__)
        names = [path.name for path in PARAMETERS.iterdir()]
        return SimpleNamespace(
            device=device, netlink=netlink, family=netlink.family(),
            mapping=mmap.PAGESIZE + 2 * device.info()["ring_bytes"],
            values={name: (PARAMETERS / name).read_bytes() for name in names},
            parameter=lambda name: os.open(PARAMETERS / name, os.O_WRONLY))

    @staticmethod
    def answers(who, of):
        """What each way says to @who, who is a process of its own."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                become(who)
                os.write(writing, json.dumps({way: answer(way, of) for way in WAYS}).encode())
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        return json.loads(said)

    def test_the_table_has_every_way(self):
        self.assertEqual(set(WAYS), set(TABLE))
        self.assertEqual({f"{verb} {path.name}" for path in PARAMETERS.iterdir()
                          for verb in ("read", "write")},
                         {way for way in TABLE if way.split()[-1] in os.listdir(PARAMETERS)})

    def test_everybody_is_answered_as_the_table_says(self):
        of = self.handed_on()
        count = 0
        for who in everybody():
            said = self.answers(who, of)
            wrong = {way: (errno.errorcode.get(said[way], "allowed"),
                           errno.errorcode.get(expected(way, who), "allowed"))
                     for way in TABLE if said[way] != expected(way, who)}
            count += len(said)
            self.assertEqual(wrong, {}, f"said, expected; of {who}")
        print(f"# {count} answers", flush=True)
