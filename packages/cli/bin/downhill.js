#!/usr/bin/env node
// Committed as it is, so that the link npm makes to it is good before the first build.
import { createRequire } from "node:module";

createRequire(import.meta.url)("../dist/start.cjs");
