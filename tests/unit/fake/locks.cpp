// SPDX-License-Identifier: GPL-2.0-only
// Locks that know who holds what, and waiting.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <shared_mutex>

#include <pthread.h>
#include <sched.h>

#include "fake.hpp"
#include "state.hpp"

namespace fake {

constinit thread_local Held held;

void broken(const char *rule) {
    std::fprintf(stderr, "kapi rule broken: %s\n", rule);
    std::abort();
}

void may_sleep(const char *function) {
    if (held.spinlocks) {
        std::fprintf(stderr, "%s: ", function);
        broken("may sleep, but a spin lock is held");
    }
    if (held.readers) {
        std::fprintf(stderr, "%s: ", function);
        broken("may sleep, but something is read that others may replace");
    }
}

void no_locks_held(const char *function) {
    may_sleep(function);
    if (held.mutexes) {
        std::fprintf(stderr, "%s: ", function);
        broken("a mutex is held");
    }
}

void reset() {
    if (held.mutexes || held.spinlocks || held.readers)
        broken("a lock is left behind");
    reset_modules();
    reset_tasks();
    reset_contents();
    reset_waiting();
    reset_user_memory();
    reset_netlink();
    reset_memory();
}

} // namespace fake

namespace {

struct SpinRoom {
    std::atomic<bool> taken;
};
struct WaitRoom {
    pthread_mutex_t lock;
    pthread_cond_t woken;
};

static_assert(sizeof(pthread_mutex_t) <= sizeof(mk_mutex));
static_assert(sizeof(SpinRoom) <= sizeof(mk_spinlock));
static_assert(sizeof(WaitRoom) <= sizeof(mk_wait));

template <typename Room, typename Opaque> Room *room(Opaque *opaque) {
    return reinterpret_cast<Room *>(opaque->opaque);
}

// Held by all who read, and for a moment by who waits until they have ended.
std::shared_mutex reading;

std::atomic<bool> interrupted;
std::atomic<unsigned long> yielded;
std::atomic<long> waiting;
// All that anybody waits on, so that a signal reaches it.
std::atomic<mk_wait *> last_waited;

} // namespace

namespace fake {

void interrupt_waiters() {
    interrupted = true;
    if (mk_wait *wait = last_waited)
        mk_wait_wake(wait);
}

unsigned long yields() {
    return yielded;
}

long waiters() {
    return waiting;
}

void reset_waiting() {
    if (waiting)
        broken("somebody still waits");
    interrupted = false;
    yielded = 0;
    last_waited = nullptr;
}

} // namespace fake

extern "C" {

void mk_mutex_init(mk_mutex *mutex) {
    pthread_mutex_init(room<pthread_mutex_t>(mutex), nullptr);
}

void mk_mutex_destroy(mk_mutex *mutex) {
    pthread_mutex_destroy(room<pthread_mutex_t>(mutex));
}

void mk_mutex_lock(mk_mutex *mutex) {
    fake::may_sleep("mk_mutex_lock");
    if (fake::held.mutexes)
        fake::broken("mk_mutex_lock: there is one mutex at a time in this driver");
    pthread_mutex_lock(room<pthread_mutex_t>(mutex));
    fake::held.mutexes++;
}

void mk_mutex_unlock(mk_mutex *mutex) {
    fake::held.mutexes--;
    pthread_mutex_unlock(room<pthread_mutex_t>(mutex));
}

void mk_spinlock_init(mk_spinlock *lock) {
    new (room<SpinRoom>(lock)) SpinRoom{false};
}

unsigned long mk_spinlock_lock(mk_spinlock *lock) {
    if (fake::held.spinlocks)
        fake::broken("mk_spinlock_lock: there is one spin lock at a time in this driver");
    auto &taken = room<SpinRoom>(lock)->taken;
    while (taken.exchange(true, std::memory_order_acquire))
        sched_yield();
    fake::held.spinlocks++;
    return 0;
}

void mk_spinlock_unlock(mk_spinlock *lock, unsigned long) {
    fake::held.spinlocks--;
    room<SpinRoom>(lock)->taken.store(false, std::memory_order_release);
}

void mk_rcu_read_lock(void) {
    if (fake::held.readers)
        fake::broken("mk_rcu_read_lock: it is held");
    reading.lock_shared();
    fake::held.readers++;
}

void mk_rcu_read_unlock(void) {
    fake::held.readers--;
    reading.unlock_shared();
}

void mk_rcu_synchronize(void) {
    fake::no_locks_held("mk_rcu_synchronize");
    reading.lock();
    reading.unlock();
}

void mk_wait_init(mk_wait *wait) {
    auto *here = room<WaitRoom>(wait);
    pthread_mutex_init(&here->lock, nullptr);
    pthread_cond_init(&here->woken, nullptr);
}

void mk_wait_wake(mk_wait *wait) {
    auto *here = room<WaitRoom>(wait);
    pthread_mutex_lock(&here->lock);
    pthread_cond_broadcast(&here->woken);
    pthread_mutex_unlock(&here->lock);
}

void mk_wait_destroy(mk_wait *wait) {
    auto *here = room<WaitRoom>(wait);
    pthread_mutex_destroy(&here->lock);
    pthread_cond_destroy(&here->woken);
}

void mk_wait_wake_soon(mk_wait *wait) {
    mk_wait_wake(wait);
}

int mk_task_yield(void) {
    fake::no_locks_held("mk_task_yield");
    yielded++;
    return interrupted ? -512 : 0; // ERESTARTSYS
}

int mk_wait_until(mk_wait *wait, bool (*ready)(void *), void *argument) {
    fake::no_locks_held("mk_wait_until");
    auto *here = room<WaitRoom>(wait);
    int result = 0;
    pthread_mutex_lock(&here->lock);
    last_waited = wait;
    waiting++;
    while (!ready(argument)) {
        if (interrupted) {
            result = -512; // ERESTARTSYS
            break;
        }
        pthread_cond_wait(&here->woken, &here->lock);
    }
    waiting--;
    pthread_mutex_unlock(&here->lock);
    return result;
}

} // extern "C"
