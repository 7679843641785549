#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_watch_peer(int fd, int idle_s, int interval_s, int probes, int limit_ms) {
  int on = 1;
  unsigned limit = (unsigned)limit_ms;
  if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0) return -1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s) != 0) return -1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s) != 0) return -1;
  if (setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes) != 0) return -1;
  return setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

int clinux_unacknowledged(int fd) {
  int bytes = 0;
  return ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

// Stores the peer's address and port in `way`. Returns the size of the address, 0 if it is not an Internet
// address.
static int take_peer(const void *address, uint32_t size, struct clinux_way *way) {
  const struct sockaddr *any = address;
  if (size >= sizeof(struct sockaddr_in) && any->sa_family == AF_INET) {
    const struct sockaddr_in *four = address;
    memcpy(way->peer, &four->sin_addr, 4);
    way->port = ntohs(four->sin_port);
    return 4;
  }
  if (size >= sizeof(struct sockaddr_in6) && any->sa_family == AF_INET6) {
    const struct sockaddr_in6 *six = address;
    memcpy(way->peer, &six->sin6_addr, 16);
    way->port = ntohs(six->sin6_port);
    return 16;
  }
  return 0;
}

// Copies an attribute's value, up to `room` bytes.
static void take_part(const struct rtattr *part, unsigned char *place, size_t room) {
  size_t size = RTA_PAYLOAD(part);
  memcpy(place, RTA_DATA(part), size < room ? size : room);
}

static int take_route(const struct nlmsghdr *message, struct clinux_way *way) {
  if (message->nlmsg_type == NLMSG_ERROR) {
    const struct nlmsgerr *failure = NLMSG_DATA(message);
    errno = failure->error < 0 ? -failure->error : EPROTO;
    return -1;
  }
  if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg))) {
    errno = EPROTO;
    return -1;
  }
  const struct rtmsg *route = NLMSG_DATA(message);
  int left = (int)RTM_PAYLOAD(message);
  for (const struct rtattr *part = RTM_RTA(route); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    switch (part->rta_type) {
      case RTA_OIF:
        if (RTA_PAYLOAD(part) >= 4) memcpy(&way->interface, RTA_DATA(part), 4);
        break;
      // A gateway of the other address family is in RTA_VIA.
      case RTA_GATEWAY:
      case RTA_VIA: take_part(part, way->gateway, sizeof way->gateway); break;
      case RTA_PREFSRC: take_part(part, way->source, sizeof way->source); break;
      default: break;
    }
  }
  return 0;
}

int clinux_way_to(const void *address, uint32_t size, struct clinux_way *way) {
  memset(way, 0, sizeof *way);
  int length = take_peer(address, size, way);
  if (length == 0) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  struct {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr to;
    unsigned char peer[16];
  } request = {
      .header = {.nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST},
      .route = {.rtm_family = length == 4 ? AF_INET : AF_INET6, .rtm_dst_len = (unsigned char)(length * 8)},
      .to = {.rta_type = RTA_DST, .rta_len = (unsigned short)RTA_LENGTH(length)},
  };
  request.header.nlmsg_len = (unsigned)(NLMSG_LENGTH(sizeof request.route) + RTA_LENGTH(length));
  memcpy(request.peer, way->peer, (size_t)length);
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  // The kernel answers before `sendto` returns.
  union {
    struct nlmsghdr header;
    char bytes[4096];
  } reply;
  int outcome = -1;
  if (sendto(fd, &request, request.header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) > 0) {
    ssize_t count = recv(fd, &reply, sizeof reply, 0);
    if (count > 0 && NLMSG_OK(&reply.header, (size_t)count)) outcome = take_route(&reply.header, way);
  }
  int reason = errno;
  close(fd);
  errno = reason;
  return outcome;
}

int clinux_way_of(int fd, struct clinux_way *way) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  memset(way, 0, sizeof *way);
  if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0) return -1;
  return clinux_way_to(&peer, size, way);
}

int clinux_way_leads_to(const struct clinux_way *one, const struct clinux_way *other) {
  return one->port == other->port && memcmp(one->peer, other->peer, sizeof one->peer) == 0;
}

int clinux_way_equals(const struct clinux_way *one, const struct clinux_way *other) {
  return one->interface == other->interface && memcmp(one->gateway, other->gateway, sizeof one->gateway) == 0 &&
         memcmp(one->source, other->source, sizeof one->source) == 0;
}
