import { setThreads } from "downhill";

// Before the suite makes its first tensors.
setThreads(3);
const { threadSuite } = await import("./suite.ts");
threadSuite(3);
