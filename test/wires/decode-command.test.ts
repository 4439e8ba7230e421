import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CaptureVector, expectedLines, parsedLines } from '../host/decode/capture-lines.ts';
import synthetic from '../vectors/sml/synthetic.json' with { type: 'json' };

const program = fileURLToPath(new URL('../../dist/host/cli.js', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-decode-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [program, 'decode', ...args], { stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => void err.push(chunk));
  // What is written to a process that has ended already is its business no more.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => ({
    code,
    out: Buffer.concat(out).toString(),
    err: Buffer.concat(err).toString(),
  }));
  return { child, ended };
}

const captures = process.env.JOULEGATE_VECTORS;

/** The synthetic captures as files, and those in the folder that JOULEGATE_VECTORS names. */
function files(): { path: string; vector: CaptureVector }[] {
  const made = synthetic.map(({ name, hex, ...vector }) => {
    const path = join(folder, `${name}.bin`);
    writeFileSync(path, Buffer.from(hex, 'hex'));
    return { path, vector: vector as unknown as CaptureVector };
  });
  if (captures === undefined || !existsSync(captures)) return made;
  const names = readdirSync(captures).filter(name => name.endsWith('.bin'));
  const real = names
    .map(name => join(captures, name))
    .filter(path => existsSync(path.replace('.bin', '.json')));
  return [
    ...made,
    ...real.map(path => ({ path, vector: JSON.parse(readFileSync(path.replace('.bin', '.json'), 'utf8')) })),
  ];
}

/** A start of a process is dear, and `test/host/decode` runs the same code on all of them. */
const share = process.env.JOULEGATE_FAULTS === 'long' ? 1 : 4;

it(`the program prints of each capture what its vector says (of 1 in ${share})`, async () => {
  const all = files().filter((_, index) => index % share === 0);
  expect(all.length).toBeGreaterThanOrEqual(8);
  const decode = async ({ path, vector }: (typeof all)[number]) => {
    const { code, out, err } = await start('--json', path).ended;
    expect({ path, code, err }).toEqual({ path, code: vector.summary.validFrames > 0 ? 0 : 1, err: '' });
    expect(parsedLines(out)).toEqual(expectedLines(vector));
  };
  for (let from = 0; from < all.length; from += 4) await Promise.all(all.slice(from, from + 4).map(decode));
});

it('tells each telegram of a pipe as it comes, not at the end', async () => {
  const plain = synthetic.find(({ name }) => name === 'plain');
  const { child, ended } = start('-', '--json');
  for (let telegrams = 1; telegrams <= 3; telegrams++) {
    const told = once(child.stdout!, 'data');
    child.stdin!.write(Buffer.from(plain!.hex, 'hex'));
    expect(JSON.parse(String((await told)[0]))).toMatchObject({ format: 'sml' });
  }
  child.stdin!.end();
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(parsedLines(out).at(-1)).toMatchObject({ summary: { valid: 3 } });
});

it('ends quietly when its reader has enough, however much is left', async () => {
  const plain = Buffer.from(synthetic.find(({ name }) => name === 'plain')!.hex, 'hex');
  const path = join(folder, 'long.bin');
  writeFileSync(path, Buffer.concat(Array.from({ length: 20_000 }, () => plain)));
  const { child, ended } = start(path);
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  expect(await ended).toMatchObject({ code: 0, err: '' });
});

it('needs no more memory for a long capture than for a short one', async () => {
  const plain = Buffer.from(synthetic.find(({ name }) => name === 'plain')!.hex, 'hex');
  const piece = Buffer.concat(Array.from({ length: 5000 }, () => plain));
  const { child, ended } = start('-', '--json');
  let peakKb = 0;
  for (let pieces = 0; pieces < 16; pieces++) {
    if (!child.stdin!.write(piece)) await once(child.stdin!, 'drain');
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peakKb = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]);
  }
  child.stdin!.end();
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(JSON.parse(out.slice(out.lastIndexOf('\n', out.length - 2)))).toMatchObject({
    summary: { valid: 80_000, values: 240_000 },
  });
  expect(peakKb).toBeGreaterThan(0);
  // The program itself needs some 50 MB; 15 MB go in and 30 come out.
  expect(peakKb).toBeLessThan(100_000);
});
