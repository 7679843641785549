#pragma once
#include <stdint.h>

// What Linux offers and Swift's Glibc module does not. Plain integers and structs only: a header that
// defines _GNU_SOURCE breaks the build of the Swift module (design.md section 4).
// Every function returns -1 and sets errno where it fails, unless it says otherwise.

// Nanoseconds since boot, time asleep included (CLOCK_BOOTTIME).
int64_t clinux_now_boottime_ns(void);

// Nanoseconds since boot, time asleep left out (CLOCK_MONOTONIC).
int64_t clinux_now_monotonic_ns(void);

// Milliseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME).
int64_t clinux_now_realtime_ms(void);

// A timer on CLOCK_BOOTTIME, disarmed, non-blocking, closed on exec.
int clinux_timer_create(void);

// Fires once, `after_ns` from now; 0 disarms.
int clinux_timer_set(int fd, int64_t after_ns);

// A timer on CLOCK_REALTIME that becomes readable (with ECANCELED) when somebody sets the clock.
int clinux_clock_watch_create(void);

// Arms a clock watch again after it has fired.
int clinux_clock_watch_set(int fd);

// Takes what a timer has to tell: 1 fired, 0 not yet, 2 the clock was set (arm a clock watch again).
int clinux_timer_take(int fd);

// The process at the other end of a Unix socket. An accepted socket is non-blocking and closed on exec.
struct clinux_peer {
  uint32_t uid;
  uint32_t gid;
  int32_t pid;
};
int clinux_accept(int listening);
int clinux_peer_credentials(int fd, struct clinux_peer *peer);
// The supplementary groups that process had when it connected: how many, of which at most `capacity` are
// filled in.
int clinux_peer_groups(int fd, uint32_t *groups, int capacity);

// The magic number of the file system that holds `path`; -1 where it cannot be told.
int64_t clinux_file_system_type(const char *path);

// An epoll set. Unlike a Dispatch source, a change takes effect before the call returns, so the
// descriptor may be closed right after it.
struct clinux_ready {
  uint64_t token;
  uint32_t events;
};
enum {
  CLINUX_READ = 1,
  CLINUX_WRITE = 2,
  CLINUX_HANGUP = 4,
};
int clinux_set_create(void);
int clinux_set_add(int set, int fd, uint32_t events, uint64_t token);
int clinux_set_change(int set, int fd, uint32_t events, uint64_t token);
int clinux_set_remove(int set, int fd);
// Fills `ready` with what is ready now, without waiting; returns how many.
int clinux_set_take(int set, struct clinux_ready *ready, int capacity);

// Has `signal` write its number as one byte to `fd` instead of its default action, whichever thread it
// meets; fd -1 gives the default action back.
int clinux_signal_to(int signal, int fd);

// A netlink socket that tells of new and lost routes and addresses, non-blocking, closed on exec.
int clinux_route_watch_create(void);

// What a route watch has to tell, all that is waiting taken together: a bit mask of the values below, 0 where
// there is nothing; both where the kernel has lost count. What leads nowhere else (the loopback, along the link,
// multicast) is left out.
enum {
  // There is a way into some network, or an address, that was not there before.
  CLINUX_ROUTE_APPEARED = 1,
  // Some way or address was added, exchanged or taken away: an open connection may have lost its own.
  CLINUX_ROUTES_MOVED = 2,
};
int clinux_route_watch_take(int fd);

// Has the kernel watch the peer of a TCP socket without waking the process: a silent connection is probed after
// `idle_s` seconds, then every `interval_s`; one of which nothing is acknowledged for `limit_ms` breaks (ETIMEDOUT).
// `probes` counts where there is no such limit.
int clinux_watch_peer(int fd, int idle_s, int interval_s, int probes, int limit_ms);

// Bytes that a TCP socket has taken and that its peer has not acknowledged.
int clinux_unacknowledged(int fd);

// How this machine reaches a peer: by which interface and gateway, and with which address of its own. Zeros where
// there is none.
struct clinux_way {
  uint8_t peer[16];
  uint16_t port;
  int32_t interface;
  uint8_t gateway[16];
  uint8_t source[16];
};
// The way to an IPv4 or IPv6 address (a `sockaddr` of `size` bytes) as the kernel would choose it now.
int clinux_way_to(const void *address, uint32_t size, struct clinux_way *way);
// The same for the peer of a connected socket.
int clinux_way_of(int fd, struct clinux_way *way);
// Whether both lead to the same peer; whether both go the same way.
int clinux_way_leads_to(const struct clinux_way *one, const struct clinux_way *other);
int clinux_way_equals(const struct clinux_way *one, const struct clinux_way *other);

// Keeps the heap from growing for good with what was needed for a moment. To be called before there are threads.
void clinux_memory_prepare(void);

// Gives free pages of the heap back, and lets go of the program's read-only pages, which are in their files.
void clinux_memory_release(void);

// A non-blocking, close-on-exec pipe.
int clinux_pipe(int ends[2]);

// Locks of *other* processes on an sqlite -shm file: bytes 123..127 are the read marks, 120 is the
// writer. 1 where one is held, 0 where none is. Never close `fd` while this process has the library
// open through sqlite: POSIX drops all of a process's locks on a file when it closes any descriptor of it.
int clinux_shm_probe_readers(int fd);
int clinux_shm_probe_writer(int fd);
