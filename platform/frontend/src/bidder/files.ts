// Sealed files in the browser's own file system, where they outlive the page and the browser.

const FOLDER = "sealed";
// The browser counts other things against its quota too.
const SPARE = 32 << 20;

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/**
 * A file of `size` bytes to write, in a worker; what an attempt that ended left is overwritten.
 *
 * The bytes are asked for at once: a browser's estimate of its quota can be any round number, and
 * whether they fit must be found out before the work.
 */
export async function createFile(name: string, size: number): Promise<FileSystemSyncAccessHandle> {
  const handle = await (await folder()).getFileHandle(name, { create: true });
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    access.truncate(size);
  } catch (error) {
    access.close();
    await removeFile(name);
    throw error;
  }
  return access;
}

/** Keeps a file that came from elsewhere, block by block. Throws what the browser throws. */
export async function keepFile(name: string, file: File): Promise<void> {
  const handle = await (await folder()).getFileHandle(name, { create: true });
  await file.stream().pipeTo(await handle.createWritable());
}

/** Undefined when the browser, or somebody at it, has removed it. */
export async function openFile(name: string): Promise<File | undefined> {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile();
  } catch {
    return undefined;
  }
}

export async function removeFile(name: string): Promise<void> {
  if (name) await (await folder()).removeEntry(name).catch(() => undefined);
}

/** How many bytes are missing for a file of `size`; at most zero when it fits. */
export async function missingSpace(size: number): Promise<number> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return size + SPARE - (quota - usage);
}

/** Asks the browser not to throw the files away when the disk is short; it may say no. */
export async function keepForGood(): Promise<void> {
  await navigator.storage.persist?.();
}
