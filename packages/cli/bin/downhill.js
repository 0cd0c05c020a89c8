#!/usr/bin/env node
// Committed as it is, so that the link npm makes to it is good before the first build.
import module from "node:module";

// From Node 22.1 on, code that was compiled once is there at the next start.
module.enableCompileCache?.();
await import("../dist/main.js");
