/** What the process ends with. */
export const exitCodes = {
  success: 0,
  /** The data or a model cannot be used, or the training ran away. */
  data: 1,
  /** The call itself is wrong: unknown option, impossible value, options that contradict each other. */
  usage: 2,
  /** A fault of ours. */
  internal: 70,
  /** Ctrl-C, as shells count it: 128 + 2. A training that was interrupted has written its best model. */
  interrupted: 130,
} as const;
