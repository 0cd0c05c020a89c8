/**
 * The part of the target that Node loads: opens compiled programs and runs them on typed arrays where they lie. Its few
 * functions of Node-API, which is stable, are declared in the text, so that no header of Node is needed.
 */
import { compileShared, findCompiler } from "./cc.ts";
import { node } from "./node.ts";
import { ticketWords } from "./run-text.ts";
import type { TypedArray } from "../../tensor/dtype.ts";

export interface Host {
  /** Opens a compiled program; gives its number. */
  readonly open: (path: string) => number;
  /**
   * Prepares memory that nobody has touched yet: a large one gets large pages, of which the processor need not look up so
   * many, where the system has them. Gives the bytes from the beginning of a page of 4096 bytes to its first one.
   */
  readonly prepare: (memory: Uint8Array) => number;
  /**
   * Runs a program on its memory, with scratch memory of so many bytes for each thread from `scratch` on, and on what lies
   * outside; on so many threads, if more than one.
   */
  readonly run: (
    program: number,
    memory: Uint8Array,
    scratch: number,
    scratchBytes: number,
    outside: readonly TypedArray[],
    threads: number,
  ) => void;
}

const text = String.raw`
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
int napi_set_named_property(napi_env, napi_value, const char *, napi_value);
int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
int napi_get_value_double(napi_env, napi_value, double *);
int napi_get_value_string_utf8(napi_env, napi_value, char *, size_t, size_t *);
int napi_create_double(napi_env, double, napi_value *);
int napi_get_array_length(napi_env, napi_value, uint32_t *);
int napi_get_element(napi_env, napi_value, uint32_t, napi_value *);
int napi_get_typedarray_info(napi_env, napi_value, int *, size_t *, void **, napi_value *, size_t *);
int napi_throw_error(napi_env, const char *, const char *);

struct program {
  void (*run)(char *const *at, char *scratch);
  void (*run_thread)(char *const *at, char *scratch, long thread, void (*wait)(void *), void *team, unsigned *tickets);
};

struct job {
  const struct program *program;
  char *const *at;
  char *scratch;
  size_t scratch_bytes;
  /* The count of arrivals before the job. */
  unsigned base;
};

/* Threads that do jobs together. They wait for the next one by looking for a while, and then asleep. */
struct team {
  long threads;
  atomic_uint jobs, arrived;
  atomic_int sleepers, busy;
  struct job job;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  /* Drawn for each thread's parts. */
  unsigned tickets[];
};

struct member {
  struct team *team;
  long thread;
  unsigned goal;
};

enum { patience = 3000, most_threads = 256, enough_for_large_pages = 1 << 22 };

static size_t tickets_bytes(long threads) { return threads * ${String(ticketWords)} * sizeof(unsigned); }

static inline void relax(void) {
#if defined __x86_64__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield");
#endif
}

/* Waits until the counter has reached the goal. Counters may wrap around. */
static void await(struct team *team, atomic_uint *counter, unsigned goal) {
  for (int looks = 0; looks < patience; looks++) {
    if ((int)(atomic_load(counter) - goal) >= 0) return;
    relax();
  }
  pthread_mutex_lock(&team->lock);
  atomic_fetch_add(&team->sleepers, 1);
  while ((int)(atomic_load(counter) - goal) < 0) pthread_cond_wait(&team->wake, &team->lock);
  atomic_fetch_sub(&team->sleepers, 1);
  pthread_mutex_unlock(&team->lock);
}

/* To be called after a counter has changed. */
static void rouse(struct team *team) {
  if (atomic_load(&team->sleepers) == 0) return;
  pthread_mutex_lock(&team->lock);
  pthread_cond_broadcast(&team->wake);
  pthread_mutex_unlock(&team->lock);
}

static void wait_for_all(void *given) {
  struct member *member = given;
  struct team *team = member->team;
  member->goal += team->threads;
  if (atomic_fetch_add(&team->arrived, 1) + 1 == member->goal) rouse(team);
  else await(team, &team->arrived, member->goal);
}

static void take_part(struct member *member) {
  const struct job job = member->team->job;
  member->goal = job.base;
  job.program->run_thread(job.at, job.scratch + member->thread * job.scratch_bytes, member->thread, wait_for_all, member,
                          member->team->tickets);
}

static void *serve(void *given) {
  struct member *member = given;
  for (unsigned next = 1;; next++) {
    await(member->team, &member->team->jobs, next);
    take_part(member);
  }
}

/* Teams by the number of their threads. */
static struct team *_Atomic teams[most_threads + 1];
static pthread_mutex_t teams_lock = PTHREAD_MUTEX_INITIALIZER;

/* A team of so many threads with the caller; none if the system gives no more threads. */
static struct team *team_of(long threads) {
  if (threads < 2 || threads > most_threads) return 0;
  struct team *team = atomic_load(&teams[threads]);
  if (team) return team->threads ? team : 0;
  pthread_mutex_lock(&teams_lock);
  team = atomic_load(&teams[threads]);
  if (!team && (team = calloc(1, sizeof *team + tickets_bytes(threads)))) {
    pthread_mutex_init(&team->lock, 0);
    pthread_cond_init(&team->wake, 0);
    team->threads = threads;
    for (long thread = 1; thread < threads; thread++) {
      struct member *member = calloc(1, sizeof *member);
      pthread_t id;
      pthread_attr_t detached;
      pthread_attr_init(&detached);
      pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
      if (member) *member = (struct member){team, thread, 0};
      /* A team that lacks a member never gets a job. */
      if (!member || pthread_create(&id, &detached, serve, member)) team->threads = 0;
    }
    atomic_store(&teams[threads], team);
  }
  pthread_mutex_unlock(&teams_lock);
  return team && team->threads ? team : 0;
}

static void run_on(struct team *team, const struct program *program, char *const *at, char *scratch, size_t scratch_bytes) {
  /* Another worker of Node may be using the team. */
  if (!team || atomic_exchange(&team->busy, 1)) {
    program->run(at, scratch);
    return;
  }
  struct member member = {team, 0, 0};
  /* Nobody draws any more: all have passed the last barrier of the job before. */
  memset(team->tickets, 0, tickets_bytes(team->threads));
  team->job = (struct job){program, at, scratch, scratch_bytes, atomic_load(&team->arrived)};
  atomic_fetch_add(&team->jobs, 1);
  rouse(team);
  take_part(&member);
  atomic_store(&team->busy, 0);
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, 0, message);
  return 0;
}

static napi_value open_program(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  size_t count = 1, length;
  char path[4096];
  napi_get_cb_info(env, info, &count, &argument, 0, 0);
  napi_get_value_string_utf8(env, argument, path, sizeof path, &length);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  struct program *program = malloc(sizeof *program);
  if (!library || !program) return fail(env, library ? "no memory" : dlerror());
  *(void **)&program->run = dlsym(library, "run");
  *(void **)&program->run_thread = dlsym(library, "run_thread");
  if (!program->run) return fail(env, "internal: not a compiled program");
  /* Addresses of user space fit into the 53 bits of a double. */
  napi_create_double(env, (double)(uintptr_t)program, &result);
  return result;
}

static napi_value prepare(napi_env env, napi_callback_info info) {
  napi_value array, result;
  size_t count = 1, bytes;
  void *data;
  napi_get_cb_info(env, info, &count, &array, 0, 0);
  if (napi_get_typedarray_info(env, array, 0, &bytes, &data, 0, 0)) return fail(env, "internal: not a typed array");
  const uintptr_t place = (uintptr_t)data & 4095;
#ifdef MADV_HUGEPAGE
  if (bytes >= enough_for_large_pages) madvise((char *)data - place, bytes + place, MADV_HUGEPAGE);
#endif
  napi_create_double(env, (double)place, &result);
  return result;
}

static napi_value run_program(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  size_t count = 6;
  double address, scratch, scratch_bytes, threads;
  uint32_t outside;
  void *memory;
  napi_get_cb_info(env, info, &count, arguments, 0, 0);
  if (napi_get_value_double(env, arguments[0], &address) || napi_get_typedarray_info(env, arguments[1], 0, 0, &memory, 0, 0) ||
      napi_get_value_double(env, arguments[2], &scratch) || napi_get_value_double(env, arguments[3], &scratch_bytes) ||
      napi_get_array_length(env, arguments[4], &outside) || napi_get_value_double(env, arguments[5], &threads))
    return fail(env, "internal: a compiled program is called with something else");
  char *at[1 + outside];
  at[0] = memory;
  for (uint32_t i = 0; i < outside; i++) {
    napi_value array;
    void *data;
    napi_get_element(env, arguments[4], i, &array);
    if (napi_get_typedarray_info(env, array, 0, 0, &data, 0, 0)) return fail(env, "internal: not a typed array");
    at[1 + i] = data;
  }
  const struct program *program = (const struct program *)(uintptr_t)address;
  struct team *team = program->run_thread ? team_of((long)threads) : 0;
  run_on(team, program, at, at[0] + (size_t)scratch, (size_t)scratch_bytes);
  return 0;
}

static void add(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, (size_t)-1, function, 0, &value);
  napi_set_named_property(env, exports, name, value);
}

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  add(env, exports, "open", open_program);
  add(env, exports, "prepare", prepare);
  add(env, exports, "run", run_program);
  return exports;
}
`;

let loaded: Host | undefined;

/** The host, compiled and loaded at the first call. @throws CompilerError */
export const host = (): Host => {
  if (loaded !== undefined) return loaded;
  const { dlopen, platform } = node();
  const linking =
    platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-pthread", "-Wl,-z,nodelete", "-ldl"];
  const module = { exports: {} };
  dlopen(module, compileShared(text, findCompiler(), linking));
  return (loaded = module.exports as Host);
};
