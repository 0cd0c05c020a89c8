/** The door of the library: every public name is exported here. */
export {};
