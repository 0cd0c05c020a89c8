import manifest from "../../../../../downhill/package.json" with { type: "json" };

/** Of the library that trains here. */
export const { version } = manifest;
