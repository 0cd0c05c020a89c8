import packageJson from "../package.json" with { type: "json" };

/** The version of the command, and of the library that it was released with. */
export const { version } = packageJson;
