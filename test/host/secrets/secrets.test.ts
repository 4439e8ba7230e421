import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';

let dataDir: string;
let store: Store;
let said: string[];
const log = (level: string, text: string) => void said.push(`${level} ${text}`);
const open = () => Secrets.open({ dataDir, tables: store, log });
const pathOf = () => join(dataDir, 'secrets.json');
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-secrets-'));
  store = await Store.open({ zone: 'UTC', upkeepMs: 0 });
  said = [];
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('secrets are there again at the next start, in one file for the host’s user alone', async () => {
  const secrets = await open();
  await secrets.put({ authorityKey: 'an authority’s' });
  await Promise.all([secrets.put({ serverKey: 'first' }), secrets.put({ serverKey: 'second' })]);
  const sealed = secrets.seal('JBSWY3DPEHPK3PXP', 'totp ada');
  const again = await open();
  expect(again.get('authorityKey')).toBe('an authority’s');
  expect(again.get('serverKey')).toBe('second');
  expect(again.open(sealed, 'totp ada')).toBe('JBSWY3DPEHPK3PXP');
  expect(await readdir(dataDir)).toEqual(['secrets.json']);
  expect(await modeOf(pathOf())).toBe('600');
  expect(said).toEqual([]);
});

test('what is sealed opens with the same secrets and for the same alone, and never twice alike', async () => {
  const secrets = await open();
  const sealed = secrets.seal('a seed', 'totp ada');
  expect(sealed).not.toBe(secrets.seal('a seed', 'totp ada'));
  expect(Buffer.from(sealed, 'base64url').includes('a seed')).toBe(false);
  const stranger = await Secrets.open();
  const changed = `${sealed.slice(0, 9)}${sealed[9] === 'A' ? 'B' : 'A'}${sealed.slice(10)}`;
  expect(() => secrets.open(sealed, 'totp bob')).toThrow(/sealed with another key/);
  expect(() => stranger.open(sealed, 'totp ada')).toThrow(/sealed with another key/);
  expect(() => secrets.open(changed, 'totp ada')).toThrow(/sealed with another key/);
  for (const nothing of ['', 'v1.', 'a seed', 'v1.AAAA', 'v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])
    expect(() => secrets.open(nothing), nothing).toThrow(/nothing that was sealed/);
});

test('a file that others may read is mended and told, so is the folder', async () => {
  await open();
  await chmod(pathOf(), 0o644);
  await chmod(dataDir, 0o755);
  await open();
  expect([await modeOf(pathOf()), await modeOf(dataDir)]).toEqual(['600', '700']);
  expect(said).toEqual([
    expect.stringMatching(/^warn other users of this machine could look into .* \(mode 755\)/),
    expect.stringMatching(/^warn others could read the host's secrets .*secrets\.json \(mode 644\)/),
  ]);
});

test('a file that is missing beside its database, or damaged, stops the start with what is lost and what to do', async () => {
  const { id } = await open();
  const text = await readFile(pathOf(), 'utf8');
  const words = [/certificate authority/, /second factors/, /joulegate restore FILE/, /write \{\} to/];
  const refused = async () => {
    const error: unknown = await open().catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new Error('it started');
    for (const word of words) expect(error.message).toMatch(word);
    return error.message;
  };
  await rm(pathOf());
  expect(await refused()).toMatch(/secrets\.json is missing/);
  const { secrets: held } = JSON.parse(text);
  for (const bad of [
    '',
    '[]',
    text.slice(0, -9),
    text.replace('"v": 1', '"v": 2'),
    text.replace(/"sealKey": "[^"]+"/, '"sealKey": 7'),
  ]) {
    await writeFile(pathOf(), bad);
    expect(await refused()).not.toContain(held.sealKey.slice(0, 12));
  }
  // What stands there is no secret of before: nothing is written over.
  await writeFile(pathOf(), text);
  expect((await open()).id).toBe(id);
});

test('whoever asks for new secrets gets them, and is told once that what was sealed is lost', async () => {
  const { id } = await open();
  await writeFile(pathOf(), '{}');
  const fresh = await open();
  expect(fresh.id).not.toBe(id);
  expect(said).toEqual([expect.stringMatching(/^warn the secrets .* are others .* second factors/)]);
  expect((await open()).id).toBe(fresh.id);
  expect(said).toHaveLength(1);
});

test('secrets of a newer version stay when this one writes the file', async () => {
  await open();
  const text = await readFile(pathOf(), 'utf8');
  await writeFile(pathOf(), text.replace('"secrets": {', '"secrets": {"later": "kept",'));
  await (await open()).put({ serverKey: 'x' });
  expect(JSON.parse(await readFile(pathOf(), 'utf8')).secrets).toMatchObject({
    later: 'kept',
    serverKey: 'x',
  });
});
