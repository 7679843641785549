#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int64_t clinux_now_boottime_ns(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) return -1;
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clinux_now_monotonic_ns(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return -1;
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clinux_now_realtime_ms(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clinux_timer_create(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC); }

int clinux_timer_set(int fd, int64_t after_ns) {
  struct itimerspec when = {0};
  when.it_value.tv_sec = after_ns / 1000000000;
  when.it_value.tv_nsec = after_ns % 1000000000;
  return timerfd_settime(fd, 0, &when, NULL);
}

int clinux_clock_watch_create(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd >= 0 && clinux_clock_watch_set(fd) != 0) {
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
  }
  return fd;
}

int clinux_clock_watch_set(int fd) {
  // The year 2200: later than any real clock, and accepted by every kernel.
  struct itimerspec when = {.it_value = {.tv_sec = 7258118400}};
  return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

int clinux_timer_take(int fd) {
  uint64_t count;
  for (;;) {
    if (read(fd, &count, sizeof count) == sizeof count) return 1;
    if (errno == EINTR) continue;
    if (errno == ECANCELED) return 2;
    return errno == EAGAIN ? 0 : -1;
  }
}

int clinux_accept(int listening) { return accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int clinux_peer_credentials(int fd, struct clinux_peer *peer) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -1;
  peer->uid = credentials.uid;
  peer->gid = credentials.gid;
  peer->pid = credentials.pid;
  return 0;
}

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

int clinux_peer_groups(int fd, uint32_t *groups, int capacity) {
  socklen_t size = (socklen_t)((size_t)capacity * sizeof *groups);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0 && errno != ERANGE) return -1;
  return (int)(size / sizeof *groups);
}

int64_t clinux_file_system_type(const char *path) {
  struct statfs info;
  if (statfs(path, &info) != 0) return -1;
  return (int64_t)(uint32_t)info.f_type;
}

int clinux_set_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static struct epoll_event event_of(uint32_t events, uint64_t token) {
  struct epoll_event event = {.data = {.u64 = token}};
  if (events & CLINUX_READ) event.events |= EPOLLIN;
  if (events & CLINUX_WRITE) event.events |= EPOLLOUT;
  return event;
}

int clinux_set_add(int set, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = event_of(events, token);
  return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}

int clinux_set_change(int set, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = event_of(events, token);
  return epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
}

int clinux_set_remove(int set, int fd) {
  struct epoll_event unused = {0};
  return epoll_ctl(set, EPOLL_CTL_DEL, fd, &unused);
}

int clinux_set_take(int set, struct clinux_ready *ready, int capacity) {
  struct epoll_event events[64];
  if (capacity > 64) capacity = 64;
  int count;
  do {
    count = epoll_wait(set, events, capacity, 0);
  } while (count < 0 && errno == EINTR);
  for (int i = 0; i < count; i++) {
    ready[i].token = events[i].data.u64;
    ready[i].events = 0;
    if (events[i].events & EPOLLIN) ready[i].events |= CLINUX_READ;
    if (events[i].events & EPOLLOUT) ready[i].events |= CLINUX_WRITE;
    if (events[i].events & (EPOLLHUP | EPOLLERR)) ready[i].events |= CLINUX_HANGUP;
  }
  return count;
}

// Written by clinux_signal_to, read by the handler. All supported machines write an int in one step.
static volatile int signal_pipes[65];

static void write_signal(int signal) {
  int reason = errno;
  int fd = signal_pipes[signal] - 1;
  unsigned char number = (unsigned char)signal;
  // If the pipe is full, the reader already knows that there is something to read.
  if (fd >= 0 && write(fd, &number, 1) < 0) errno = reason;
  errno = reason;
}

int clinux_signal_to(int signal, int fd) {
  if (signal < 1 || signal > 64) {
    errno = EINVAL;
    return -1;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  if (fd < 0) {
    action.sa_handler = SIG_DFL;
    int result = sigaction(signal, &action, NULL);
    signal_pipes[signal] = 0;
    return result;
  }
  signal_pipes[signal] = fd + 1;
  action.sa_handler = write_signal;
  return sigaction(signal, &action, NULL);
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC); }

static int probe(int fd, off_t start, off_t length) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(fd, F_GETLK, &lock) != 0) return -1;
  return lock.l_type == F_UNLCK ? 0 : 1;
}

int clinux_shm_probe_readers(int fd) { return probe(fd, 123, 5); }

int clinux_shm_probe_writer(int fd) { return probe(fd, 120, 1); }
