import { File, Iterator } from 'file';
import { bufferOf } from '../moddable/buffers.ts';
import type { StorePort } from '../ports.ts';

/** One file a key. A value is written beside the old one and then takes its name: a crash leaves one of both. */
export function folderStore(folder: string): StorePort {
  const pathOf = (key: string) => `${folder}-${key.replace(/[^a-zA-Z0-9._-]/g, '_')}`;
  return {
    read: key => {
      if (!File.exists(pathOf(key))) return undefined;
      const file = new File(pathOf(key));
      const bytes = file.length === 0 ? new ArrayBuffer(0) : file.read(ArrayBuffer);
      file.close();
      return new Uint8Array(bytes);
    },
    write: (key, value) => {
      const beside = `${pathOf(key)}.new`;
      File.delete(beside);
      const file = new File(beside, true);
      file.write(bufferOf(value));
      file.close();
      File.rename(beside, pathOf(key));
    },
    remove: key => {
      if (File.exists(pathOf(key))) File.delete(pathOf(key));
    },
    erase: () => {
      const end = folder.lastIndexOf('/');
      const names: string[] = [];
      const entries = new Iterator(folder.slice(0, end + 1));
      for (let entry = entries.next(); entry !== undefined; entry = entries.next()) {
        const isFile = entry.length !== undefined;
        if (isFile && entry.name.startsWith(`${folder.slice(end + 1)}-`)) names.push(entry.name);
      }
      for (const name of names) File.delete(folder.slice(0, end + 1) + name);
    },
  };
}
