/*
 * The floor: what fanning events out costs when there is nothing but the kernel. One thread, epoll,
 * an event framed once, one send() for each stream. GET /sub/7 opens a stream of topic 7, POST
 * /pub/7 publishes the body there. It replays nothing, and drops what a socket does not take.
 *
 * gcc -O2 -o floor floor.c && ./floor 9000
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FILES = 65536, MOST_TOPICS = 65536, BUFFER = 1 << 17 };

struct connection {
  char *input; /* what has come and makes no whole request yet; NULL for a stream */
  int used;
  int topic, place; /* of a stream, in its topic's list; topic -1 for none */
};

struct topic {
  int *streams;
  int count, room;
};

static struct connection connections[MOST_FILES];
static struct topic topics[MOST_TOPICS];
static char frame[BUFFER + 64];
static long last_id;

static void reply(int fd, const char *text) {
  if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0) perror("reply");
}

static void leave(int fd) {
  struct connection *c = &connections[fd];
  if (c->topic >= 0) {
    struct topic *t = &topics[c->topic];
    int moved = t->streams[--t->count];
    t->streams[c->place] = moved;
    connections[moved].place = c->place;
  }
  free(c->input);
  c->input = NULL;
  close(fd);
}

static void subscribe(int fd, int topic) {
  struct topic *t = &topics[topic];
  if (t->count == t->room) {
    t->room = t->room ? 2 * t->room : 4;
    t->streams = realloc(t->streams, t->room * sizeof(int));
  }
  connections[fd].topic = topic;
  connections[fd].place = t->count;
  t->streams[t->count++] = fd;
  reply(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

static void publish(int topic, const char *data, int length) {
  struct topic *t = &topics[topic];
  int size = sprintf(frame, "id: %ld\ndata: %.*s\n\n", ++last_id, length, data);
  for (int i = 0; i < t->count; i++) {
    if (send(t->streams[i], frame, size, MSG_NOSIGNAL) < 0) continue; /* dropped: see above */
  }
}

/* Answers one request; returns its length, 0 if it is not whole yet, -1 if it is none. */
static int answer(int fd, char *input, int used) {
  char *end = memmem(input, used, "\r\n\r\n", 4);
  int topic;
  if (end == NULL) return 0;
  *end = 0; /* for the functions that take a string; the bytes are not needed again */
  int head = end + 4 - input;
  if (sscanf(input, "GET /sub/%d ", &topic) == 1 && topic >= 0 && topic < MOST_TOPICS) {
    subscribe(fd, topic);
    return head;
  }
  char *field = strcasestr(input, "\r\nContent-Length:");
  int length = field == NULL ? -1 : atoi(field + 17);
  if (sscanf(input, "POST /pub/%d ", &topic) != 1 || topic < 0 || topic >= MOST_TOPICS ||
      length < 0 || head + length > BUFFER) {
    return -1;
  }
  if (used < head + length) {
    *end = '\r';
    return 0;
  }
  publish(topic, input + head, length);
  reply(fd, "HTTP/1.1 204 No Content\r\n\r\n");
  return head + length;
}

static void readable(int fd) {
  struct connection *c = &connections[fd];
  static char ignored[4096];
  if (c->topic >= 0) { /* a stream's client says nothing but good-bye */
    if (recv(fd, ignored, sizeof ignored, 0) <= 0) leave(fd);
    return;
  }
  if (c->input == NULL) c->input = malloc(BUFFER);
  int count = recv(fd, c->input + c->used, BUFFER - c->used, 0);
  if (count <= 0) {
    leave(fd);
    return;
  }
  c->used += count;
  int done = 0;
  for (int length; c->topic < 0 && done < c->used; done += length) {
    length = answer(fd, c->input + done, c->used - done);
    if (length == 0) break;
    if (length < 0) {
      reply(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      leave(fd);
      return;
    }
  }
  memmove(c->input, c->input + done, c->used - done);
  c->used -= done;
  if (c->topic >= 0) {
    free(c->input);
    c->input = NULL;
  }
}

static void accept_all(int listener, int epoll) {
  int one = 1;
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd] = (struct connection){.topic = -1};
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int count, char **arguments) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(count > 1 ? atoi(arguments[1]) : 9000),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("floor");
    return 1;
  }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[256];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int events = epoll_wait(epoll, ready, 256, -1);
    for (int i = 0; i < events; i++) {
      if (ready[i].data.fd == listener) {
        accept_all(listener, epoll);
      } else {
        readable(ready[i].data.fd);
      }
    }
  }
}
