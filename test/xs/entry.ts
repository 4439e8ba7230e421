import { decodeUtf8, encodeUtf8 } from '#core/utf8.ts';
import { jobs } from './jobs.ts';

/** The script that runs on XS: commands come as JSON `{job, input}`, and their results go back as JSON. */
Object.assign(globalThis, {
  handleCommand: (command: ArrayBuffer): ArrayBuffer => {
    const { job, input } = JSON.parse(decodeUtf8(new Uint8Array(command)) ?? '');
    const run = jobs[job as keyof typeof jobs] as (input: unknown) => unknown;
    const bytes = encodeUtf8(JSON.stringify(run(input) ?? null));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  },
});
