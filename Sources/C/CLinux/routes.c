#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_route_watch_create(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
  }
  return fd;
}

// Whether an address is link-local, loopback or multicast.
static int stays_here(int family, const unsigned char *to) {
  if (family == AF_INET6) {
    static const unsigned char loopback[16] = {[15] = 1};
    return to[0] == 0xFF || (to[0] == 0xFE && (to[1] & 0xC0) == 0x80) || memcmp(to, loopback, sizeof loopback) == 0;
  }
  return to[0] >= 224 || to[0] == 127 || (to[0] == 169 && to[1] == 254);
}

// The kernel keeps a local route for each address of this machine, so routes also report addresses. Unlike
// address messages, route messages do not repeat each time a lifetime is renewed.
static int routes_of(const struct nlmsghdr *message) {
  int appeared = message->nlmsg_type == RTM_NEWROUTE;
  if (!appeared && message->nlmsg_type != RTM_DELROUTE) return 0;
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg))) return 0;
  const struct rtmsg *route = NLMSG_DATA(message);
  if (route->rtm_type != RTN_UNICAST && route->rtm_type != RTN_LOCAL) return 0;
  if (route->rtm_flags & RTM_F_CLONED) return 0;
  size_t size = route->rtm_family == AF_INET6 ? 16 : 4;
  int left = (int)RTM_PAYLOAD(message);
  for (const struct rtattr *part = RTM_RTA(route); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    if (part->rta_type == RTA_DST && RTA_PAYLOAD(part) >= size && stays_here(route->rtm_family, RTA_DATA(part))) {
      return 0;
    }
  }
  return CLINUX_ROUTES_MOVED | (appeared ? CLINUX_ROUTE_APPEARED : 0);
}

int clinux_route_watch_take(int fd) {
  // Larger than any datagram that the kernel sends for one change.
  static _Thread_local _Alignas(struct nlmsghdr) char buffer[8192];
  int routes = 0;
  // Bounded: if messages are left, the descriptor stays readable.
  for (int i = 0; i < 64; i++) {
    struct sockaddr_nl sender = {0};
    socklen_t size = sizeof sender;
    ssize_t count = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &size);
    if (count < 0 && errno == ENOBUFS) {
      routes |= CLINUX_ROUTE_APPEARED | CLINUX_ROUTES_MOVED;
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    // Another process may send to this socket. Accept messages from the kernel only.
    if (sender.nl_pid != 0) continue;
    size_t left = (size_t)count;
    for (const struct nlmsghdr *message = (const struct nlmsghdr *)buffer; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      routes |= routes_of(message);
    }
  }
  return routes;
}
