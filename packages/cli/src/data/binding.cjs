// What the build puts in the place of @duckdb/node-bindings. That one finds out first which C library the system has, in
// 4 ms, to tell two packages apart of which npm installs the one that fits. The other one does not load there.
const { createRequire } = require("node:module");
const { arch, platform } = require("node:process");

const beside = createRequire(require.resolve("@duckdb/node-bindings"));
try {
  module.exports = beside(`@duckdb/node-bindings-${platform}-${arch}/duckdb.node`);
} catch {
  // It finds what is installed, or says what is not.
  module.exports = require("@duckdb/node-bindings");
}
