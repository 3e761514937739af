// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's locks behind the core's opaque ones.
 *
 * Every mutex is a lock class of its own for lockdep: all are initialised on one line here, and
 * lockdep would take two of them held at a time for one lock taken twice.
 */
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "kapi/kapi.h"

/* What lies in a struct mk_mutex. */
struct mk_mutex_room {
	struct mutex mutex; /* for whoever owns the struct mk_mutex */
	struct lock_class_key class;
};

static_assert(sizeof(struct mk_mutex_room) <= sizeof(struct mk_mutex));
static_assert(__alignof__(struct mk_mutex_room) <= __alignof__(struct mk_mutex));
static_assert(sizeof(raw_spinlock_t) <= sizeof(struct mk_spinlock));
static_assert(__alignof__(raw_spinlock_t) <= __alignof__(struct mk_spinlock));

static struct mk_mutex_room *mk_mutex_room(struct mk_mutex *mutex)
{
	return (struct mk_mutex_room *)mutex->opaque;
}

static raw_spinlock_t *mk_raw_spinlock(struct mk_spinlock *lock)
{
	return (raw_spinlock_t *)lock->opaque;
}

void mk_mutex_init(struct mk_mutex *mutex)
{
	struct mk_mutex_room *room = mk_mutex_room(mutex);

	lockdep_register_key(&room->class);
	__mutex_init(&room->mutex, "mk_mutex", &room->class);
}

void mk_mutex_destroy(struct mk_mutex *mutex)
{
	struct mk_mutex_room *room = mk_mutex_room(mutex);

	mutex_destroy(&room->mutex);
	lockdep_unregister_key(&room->class);
}

void mk_mutex_lock(struct mk_mutex *mutex)
{
	mutex_lock(&mk_mutex_room(mutex)->mutex);
}

void mk_mutex_unlock(struct mk_mutex *mutex)
{
	mutex_unlock(&mk_mutex_room(mutex)->mutex);
}

void mk_spinlock_init(struct mk_spinlock *lock)
{
	raw_spin_lock_init(mk_raw_spinlock(lock));
}

unsigned long mk_spinlock_lock(struct mk_spinlock *lock) __acquires(lock)
{
	unsigned long flags;

	raw_spin_lock_irqsave(mk_raw_spinlock(lock), flags);
	return flags;
}

void mk_spinlock_unlock(struct mk_spinlock *lock, unsigned long flags) __releases(lock)
{
	raw_spin_unlock_irqrestore(mk_raw_spinlock(lock), flags);
}
