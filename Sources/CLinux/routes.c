#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
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

// Whether an address lies on the link itself, or is no single machine's.
static int stays_on_link(int family, const unsigned char *to) {
  if (family == AF_INET6) return to[0] == 0xFF || (to[0] == 0xFE && (to[1] & 0xC0) == 0x80);
  return to[0] >= 224 || (to[0] == 169 && to[1] == 254);
}

static int routes_of(const struct nlmsghdr *message) {
  if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg))) return 0;
  const struct rtmsg *route = NLMSG_DATA(message);
  if (route->rtm_type != RTN_UNICAST || route->rtm_table == RT_TABLE_LOCAL) return 0;
  if (route->rtm_flags & RTM_F_CLONED) return 0;
  if (route->rtm_dst_len == 0) return CLINUX_ROUTE | CLINUX_DEFAULT_ROUTE;
  int left = (int)RTM_PAYLOAD(message);
  for (const struct rtattr *part = RTM_RTA(route); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    if (part->rta_type == RTA_DST && RTA_PAYLOAD(part) >= 4 && stays_on_link(route->rtm_family, RTA_DATA(part))) {
      return 0;
    }
  }
  return CLINUX_ROUTE;
}

int clinux_route_watch_take(int fd) {
  // Larger than any datagram that the kernel makes of one change.
  static _Thread_local _Alignas(struct nlmsghdr) char buffer[8192];
  int routes = 0;
  // Bounded: what is left makes the descriptor readable again.
  for (int i = 0; i < 64; i++) {
    struct sockaddr_nl sender = {0};
    socklen_t size = sizeof sender;
    ssize_t count = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &size);
    if (count < 0 && errno == ENOBUFS) {
      routes |= CLINUX_ROUTE | CLINUX_DEFAULT_ROUTE;
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    // Another process may send to our socket; only the kernel is believed.
    if (sender.nl_pid != 0) continue;
    size_t left = (size_t)count;
    for (const struct nlmsghdr *message = (const struct nlmsghdr *)buffer; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      routes |= routes_of(message);
    }
  }
  return routes;
}
