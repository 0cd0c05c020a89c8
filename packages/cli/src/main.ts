/** The `downhill` command. */
export {};
