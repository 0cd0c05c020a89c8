/**
 * The part of the target that Node loads: opens compiled programs and runs them on typed arrays where they lie. Its few
 * functions of Node-API, which is stable, are declared in the text, so that no header of Node is needed.
 */
import { compileShared } from "./cc.ts";
import { node } from "./node.ts";
import type { TypedArray } from "../../tensor/dtype.ts";

export interface Host {
  /** Opens a compiled program; gives its number. */
  readonly open: (path: string) => number;
  /** Runs a program on its memory, with scratch memory from `scratch` on, and on what lies outside. */
  readonly run: (
    program: number,
    memory: Uint8Array,
    scratch: number,
    outside: readonly TypedArray[],
  ) => void;
}

const text = String.raw`
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

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

typedef void (*run_function)(char *const *at, char *scratch);

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
  void *run = library ? dlsym(library, "run") : 0;
  if (!run) return fail(env, dlerror());
  /* Addresses of user space fit into the 53 bits of a double. */
  napi_create_double(env, (double)(uintptr_t)run, &result);
  return result;
}

static napi_value run_program(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t count = 4;
  double program, scratch;
  uint32_t outside;
  void *memory;
  napi_get_cb_info(env, info, &count, arguments, 0, 0);
  if (napi_get_value_double(env, arguments[0], &program) || napi_get_typedarray_info(env, arguments[1], 0, 0, &memory, 0, 0) ||
      napi_get_value_double(env, arguments[2], &scratch) || napi_get_array_length(env, arguments[3], &outside))
    return fail(env, "internal: a compiled program is called with something else");
  char *at[1 + outside];
  at[0] = (char *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
  for (uint32_t i = 0; i < outside; i++) {
    napi_value array;
    void *data;
    napi_get_element(env, arguments[3], i, &array);
    if (napi_get_typedarray_info(env, array, 0, 0, &data, 0, 0)) return fail(env, "internal: not a typed array");
    at[1 + i] = data;
  }
  ((run_function)(uintptr_t)program)(at, at[0] + (size_t)scratch);
  return 0;
}

static void add(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, (size_t)-1, function, 0, &value);
  napi_set_named_property(env, exports, name, value);
}

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  add(env, exports, "open", open_program);
  add(env, exports, "run", run_program);
  return exports;
}
`;

let loaded: Host | undefined;

/** The host, compiled and loaded at the first call. @throws CompilerError */
export const host = (): Host => {
  if (loaded !== undefined) return loaded;
  const { dlopen, platform } = node();
  const linking = platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-Wl,-z,nodelete", "-ldl"];
  const module = { exports: {} };
  dlopen(module, compileShared(text, linking));
  return (loaded = module.exports as Host);
};
