// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that have subscribed to events: who may subscribe, how many, and how events reach them.
 *
 * Events tell who did what with which command line. A multicast group cannot keep them private: the
 * kernel checks the capability only of those who join after the group exists, and anybody may be a
 * member of a number that is not a group yet. Hence each subscriber needs the capability, and
 * events are sent by unicast.
 *
 * As soon as a socket is closed, another one may get its port. Hence a subscriber is identified by
 * its socket. It keeps its port as long as its file is held, as during a send.
 */
#include "netlink_subscribers.h"

#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "kapi/kapi.h"
#include "netlink.h"

#define MK_SUBSCRIBERS_MAX 32

struct mk_subscriber {
	struct sock *sk; /* with a reference; NULL: nobody */
	u32 port;
};

/* Taken in process context only, and never during a send. */
static DEFINE_SPINLOCK(mk_subscribers_lock);
static struct mk_subscriber mk_subscribers[MK_SUBSCRIBERS_MAX];
static unsigned int mk_subscribers_count;

bool mk_events_have_subscribers(void)
{
	return READ_ONCE(mk_subscribers_count);
}

/* ---- under the lock ---- */

/* The place of @sk; of NULL one that is free. */
static struct mk_subscriber *mk_subscriber_find(const struct sock *sk)
{
	unsigned int i;

	for (i = 0; i < MK_SUBSCRIBERS_MAX; i++)
		if (mk_subscribers[i].sk == sk)
			return &mk_subscribers[i];
	return NULL;
}

static int mk_subscriber_add(struct sock *sk, u32 port)
{
	struct mk_subscriber *place;

	if (mk_subscriber_find(sk))
		return 0;
	place = mk_subscriber_find(NULL);
	if (!place)
		return -EUSERS;
	sock_hold(sk);
	place->sk = sk;
	place->port = port;
	WRITE_ONCE(mk_subscribers_count, mk_subscribers_count + 1);
	return 0;
}

static void mk_subscriber_drop(struct mk_subscriber *place)
{
	sock_put(place->sk);
	place->sk = NULL;
	WRITE_ONCE(mk_subscribers_count, mk_subscribers_count - 1);
}

/* ---- coming and going ---- */

/* Removes the subscriber at @place, which a send may be looking at meanwhile. */
static struct sock *mk_subscriber_take(struct mk_subscriber *place)
{
	struct sock *sk;

	spin_lock(&mk_subscribers_lock);
	sk = place->sk;
	place->sk = NULL;
	WRITE_ONCE(mk_subscribers_count, mk_subscribers_count - !!sk);
	spin_unlock(&mk_subscribers_lock);
	return sk;
}

int mk_subscribe(struct sk_buff *request, struct genl_info *info)
{
	int error;

	/* Asks for it of the one who opened the socket, and of the one who sends now. */
	if (!netlink_capable(request, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(info->extack, "to be told of events takes CAP_SYS_ADMIN");
		return -EPERM;
	}
	spin_lock(&mk_subscribers_lock);
	error = mk_subscriber_add(NETLINK_CB(request).sk, info->snd_portid);
	spin_unlock(&mk_subscribers_lock);
	if (error)
		NL_SET_ERR_MSG(info->extack, "there are as many subscribers as there may be");
	return error;
}

int mk_unsubscribe(struct sk_buff *request, struct genl_info *info)
{
	struct mk_subscriber *place;

	spin_lock(&mk_subscribers_lock);
	place = mk_subscriber_find(NETLINK_CB(request).sk);
	if (place)
		mk_subscriber_drop(place);
	spin_unlock(&mk_subscribers_lock);
	if (place)
		return 0;
	NL_SET_ERR_MSG(info->extack, "this socket has not subscribed");
	return -ENOENT;
}

/* A netlink socket is being closed. Its port may be another socket's by now. */
static int mk_socket_released(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *released = data;
	unsigned int i;

	if (event != NETLINK_URELEASE || released->protocol != NETLINK_GENERIC ||
	    !mk_events_have_subscribers())
		return NOTIFY_DONE;
	spin_lock(&mk_subscribers_lock);
	for (i = 0; i < MK_SUBSCRIBERS_MAX; i++)
		if (mk_subscribers[i].sk && sock_flag(mk_subscribers[i].sk, SOCK_DEAD))
			mk_subscriber_drop(&mk_subscribers[i]);
	spin_unlock(&mk_subscribers_lock);
	return NOTIFY_DONE;
}

static struct notifier_block mk_release_block = { .notifier_call = mk_socket_released };

int mk_subscribers_start(void)
{
	return netlink_register_notifier(&mk_release_block);
}

void mk_subscribers_stop(void)
{
	unsigned int i;

	netlink_unregister_notifier(&mk_release_block);
	for (i = 0; i < MK_SUBSCRIBERS_MAX; i++) {
		struct sock *sk = mk_subscriber_take(&mk_subscribers[i]);

		/* It may be the last reference: what that ends needs no lock of ours. */
		if (sk)
			sock_put(sk);
	}
}

/* ---- sending ---- */

/* A reference to the file of @sk, or NULL: it is being closed. */
static struct file *mk_socket_file(struct sock *sk)
{
	struct file *file = NULL;

	/* Closing it takes this lock before the file is released. */
	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_socket && sk->sk_socket->file) {
#ifdef MK_HAVE_GET_FILE_ACTIVE
		file = get_file_active(&sk->sk_socket->file);
#else
		file = sk->sk_socket->file;
		if (!get_file_rcu(file))
			file = NULL;
#endif
	}
	read_unlock_bh(&sk->sk_callback_lock);
	return file;
}

/* The subscriber at @place, held by the file that is returned; NULL: none. */
static struct file *mk_subscriber_hold(const struct mk_subscriber *place,
				       struct mk_subscriber *held)
{
	struct file *file = NULL;

	spin_lock(&mk_subscribers_lock);
	*held = *place;
	if (held->sk)
		file = mk_socket_file(held->sk);
	spin_unlock(&mk_subscribers_lock);
	return file;
}

static void mk_subscriber_tell(const struct mk_subscriber *held, const struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone((struct sk_buff *)skb, GFP_KERNEL);

	if (copy) {
		genlmsg_unicast(&init_net, copy, held->port);
	} else {
		/* As the kernel says it itself where there is no room in the socket. */
		WRITE_ONCE(held->sk->sk_err, ENOBUFS);
		sk_error_report(held->sk);
	}
}

void mk_subscribers_tell(struct sk_buff *skb)
{
	unsigned int i;

	for (i = 0; i < MK_SUBSCRIBERS_MAX; i++) {
		struct mk_subscriber held;
		struct file *file = mk_subscriber_hold(&mk_subscribers[i], &held);

		if (!file)
			continue;
		mk_subscriber_tell(&held, skb);
		fput(file);
	}
	consume_skb(skb);
}
