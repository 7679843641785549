#pragma once
#include <stdint.h>

// Linux functions that Swift's Glibc module lacks. This header uses plain integers and structs only: a header
// that defines _GNU_SOURCE breaks the build of the Swift module. Unless noted otherwise, every function
// returns -1 and sets errno on failure.

// Nanoseconds since boot, including time asleep (CLOCK_BOOTTIME).
int64_t clinux_now_boottime_ns(void);

// Nanoseconds since boot, excluding time asleep (CLOCK_MONOTONIC).
int64_t clinux_now_monotonic_ns(void);

// Milliseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME).
int64_t clinux_now_realtime_ms(void);

// A timer on CLOCK_BOOTTIME, disarmed, non-blocking, closed on exec.
int clinux_timer_create(void);

// Arms the timer to fire once, `after_ns` nanoseconds from now; 0 disarms it.
int clinux_timer_set(int fd, int64_t after_ns);

// A timer on CLOCK_REALTIME that becomes readable (with ECANCELED) when somebody sets the clock.
int clinux_clock_watch_create(void);

// Arms a clock watch again after it has fired.
int clinux_clock_watch_set(int fd);

// Reads a timer: 1 if it fired, 0 if not yet, 2 if the clock was set (then arm a clock watch again).
int clinux_timer_take(int fd);

// The process at the other end of a Unix socket. An accepted socket is non-blocking and closed on exec.
struct clinux_peer {
  uint32_t uid;
  uint32_t gid;
  int32_t pid;
};
int clinux_accept(int listening);
int clinux_peer_credentials(int fd, struct clinux_peer *peer);
// The supplementary groups of the process when it connected. Returns their number; fills in at most
// `capacity`.
int clinux_peer_groups(int fd, uint32_t *groups, int capacity);

// The magic number of the file system that holds `path`; -1 if it cannot be determined.
int64_t clinux_file_system_type(const char *path);

// An epoll set. Unlike with a Dispatch source, a change takes effect before the call returns, so the caller
// may close the descriptor right after.
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
// Fills `ready` with the descriptors that are ready now, without waiting. Returns their number.
int clinux_set_take(int set, struct clinux_ready *ready, int capacity);

// Replaces the default action of `signal`: whichever thread receives it writes its number as one byte to
// `fd`. An `fd` of -1 restores the default action.
int clinux_signal_to(int signal, int fd);

// A netlink socket that reports new and lost routes and addresses, non-blocking, closed on exec.
int clinux_route_watch_create(void);

// Reads all waiting messages of a route watch. Returns a bit mask of the values below, 0 for no relevant
// message, and both values if the kernel dropped messages. Routes that lead to no other network (loopback,
// link-local, multicast) do not count.
enum {
  // A route or an address was added.
  CLINUX_ROUTE_APPEARED = 1,
  // A route or an address was added, replaced or removed; an open connection may have lost its own.
  CLINUX_ROUTES_MOVED = 2,
};
int clinux_route_watch_take(int fd);

// Makes the kernel watch the peer of a TCP socket without waking the process. The kernel probes a silent
// connection after `idle_s` seconds, then every `interval_s`. If the peer acknowledges nothing for
// `limit_ms`, the connection breaks (ETIMEDOUT). `probes` applies if the kernel has no such limit.
int clinux_watch_peer(int fd, int idle_s, int interval_s, int probes, int limit_ms);

// The number of bytes that a TCP socket has accepted but its peer has not acknowledged.
int clinux_unacknowledged(int fd);

// How this machine reaches a peer: the interface, the gateway and the own address in use. Zeros mean none.
struct clinux_way {
  uint8_t peer[16];
  uint16_t port;
  int32_t interface;
  uint8_t gateway[16];
  uint8_t source[16];
};
// The way that the kernel would now choose to an IPv4 or IPv6 address (a `sockaddr` of `size` bytes).
int clinux_way_to(const void *address, uint32_t size, struct clinux_way *way);
// The same for the peer of a connected socket.
int clinux_way_of(int fd, struct clinux_way *way);
// Whether both lead to the same peer; whether both use the same interface, gateway and own address.
int clinux_way_leads_to(const struct clinux_way *one, const struct clinux_way *other);
int clinux_way_equals(const struct clinux_way *one, const struct clinux_way *other);

// Keeps the heap from holding on to short-lived peaks for good. Call it before any thread exists.
void clinux_memory_prepare(void);

// Returns free heap pages to the system, and drops the program's read-only pages, which the kernel can read
// from their files again.
void clinux_memory_release(void);

// A non-blocking, close-on-exec pipe.
int clinux_pipe(int ends[2]);

// Whether *other* processes hold locks on an SQLite -shm file: bytes 123..127 are the read marks, byte 120 is
// the writer. Returns 1 if a lock is held, 0 if not. Never close `fd` while this process has the library open
// through SQLite: POSIX drops all of a process's locks on a file when it closes any descriptor of it.
int clinux_shm_probe_readers(int fd);
int clinux_shm_probe_writer(int fd);
