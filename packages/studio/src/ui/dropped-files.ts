/** Files as the reader drops them on the page. */

const filesIn = async (entry: FileSystemEntry): Promise<File[]> => {
  if (entry.isFile)
    return new Promise((resolve, reject) =>
      (entry as FileSystemFileEntry).file((file) => resolve([file]), reject),
    );
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
    reader.readEntries(resolve, reject),
  );
  return (await Promise.all(entries.map(filesIn))).flat();
};

/** What was dropped; of folders what they hold. */
export const droppedFiles = async (transfer: DataTransfer): Promise<File[]> => {
  // Entries must be asked for before the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  if (entries.every((entry) => entry === null || entry.isFile)) return plain;
  return (await Promise.all(entries.filter((entry) => entry !== null).map(filesIn))).flat();
};
