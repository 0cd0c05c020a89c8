import { setThreads } from "downhill";

// Before the suite makes its first tensors.
setThreads(2);
const { threadSuite } = await import("./suite.ts");
threadSuite(2);
