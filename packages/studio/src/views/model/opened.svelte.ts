/** The model that the reader has opened. It stays in this page: an address cannot hold it. */
let files = $state.raw<readonly File[]>();

/** Tells files from others. */
export const filesKey = (taken: readonly File[]): string =>
  taken.map(({ name, size, lastModified }) => `${name} ${size} ${lastModified}`).join();

export const opened = {
  get files(): readonly File[] | undefined {
    return files;
  },
  take(taken: readonly File[]): void {
    files = taken;
  },
};
