import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockText, unlockText } from '../../../host/secrets/passphrase.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { makeBackup } from '../../../host/store/backup.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { restoreBackup } from '../../../host/store/restore.ts';
import { finishRestore } from '../../../host/store/restore-place.ts';
import { HostTls } from '../../../host/tls/host-tls.ts';
import { SmallDatabase, temporaryFolder } from './small-database.ts';

const passphrase = 'correct horse battery staple';
let root: string;
let dataDir: string;
let database: SmallDatabase;
let caPem: string;
let seed: string;
let hour = 0;
/** Sealed as hosts do, but for the time that takes. */
let path: string;

/** What a host does of its secrets when it starts; the database remembers which these are. */
async function start(dir: string, small?: SmallDatabase): Promise<{ secrets: Secrets; caPem: string }> {
  const connection = small?.connection;
  const tables = connection && {
    all: async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    run: async (sql: string, params: readonly (string | number | null)[] = []) =>
      void (await connection.run(sql, [...params])),
  };
  const secrets = await Secrets.open({ dataDir: dir, ...(tables && { tables }) });
  const tls = await HostTls.open({ dataDir: dir, secrets, nowMs: Date.now, log: () => {} });
  tls.close();
  return { secrets, caPem: tls.caPem };
}

const backup = (given?: string) =>
  makeBackup({
    dataDir,
    instance: database.instance,
    keep: 9,
    passphrase: given,
    nowMs: () => Date.UTC(2026, 10, 21, hour++),
  });

beforeAll(async () => {
  root = await temporaryFolder();
  dataDir = join(root, 'data');
  database = await SmallDatabase.make(dataDir);
  const host = await start(dataDir, database);
  caPem = host.caPem;
  seed = host.secrets.seal('JBSWY3DPEHPK3PXP', 'totp ada');
  await database.connection.run('CREATE TABLE second_factor (account VARCHAR, sealed VARCHAR)');
  await database.connection.run("INSERT INTO second_factor VALUES ('ada', ?), ('bob', ?)", [seed, seed]);
  path = (await backup(passphrase)).path;
  const sealed = path.replace('.duckdb', '.secrets');
  const text = await unlockText(passphrase, await readFile(sealed, 'utf8'));
  await writeFile(sealed, await lockText(passphrase, text, { memoryKiB: 8, passes: 1 }), { mode: 0o600 });
});
afterAll(async () => {
  database.close();
  await rm(root, { recursive: true, force: true });
});

test('a backup without a passphrase has none of the host’s secrets, and one with it has them sealed', async () => {
  const secrets: Record<string, string> = JSON.parse(
    await readFile(join(dataDir, 'secrets.json'), 'utf8'),
  ).secrets;
  expect(Object.keys(secrets).sort()).toEqual(['authorityKey', 'sealKey', 'serverKey']);
  const bare = await backup();
  const sealed = await backup(passphrase);
  const { backups } = placesOf(dataDir);
  let searched = 0;
  for (const entry of await readdir(backups, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const secret of Object.values(secrets)) {
      // Of a PEM the lines within, however they are broken.
      const pieces = secret.split('\n').filter(line => line.length > 30 && !line.startsWith('-'));
      for (const piece of pieces) {
        expect(bytes.includes(piece), entry.name).toBe(false);
        expect(bytes.includes(Buffer.from(piece, 'base64')), entry.name).toBe(false);
        searched++;
      }
    }
  }
  expect(searched).toBeGreaterThan(15);
  expect((await readdir(backups)).filter(name => name.endsWith('.secrets'))).toHaveLength(2);
  const file = sealed.path.replace('.duckdb', '.secrets');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(stat(bare.path.replace('.duckdb', '.secrets'))).rejects.toThrow('ENOENT');
  expect(await readFile(file, 'utf8')).toContain('"memoryKiB": 65536');
  for (const made of [bare, sealed]) await rm(made.path);
});

test('on a new machine the passphrase brings authority and second factors back', async () => {
  const dir = join(root, 'moved');
  // Where the host was started before anybody thought of the backup.
  const stranger = await start(dir);
  const { secrets: came } = await restoreBackup({
    dataDir: dir,
    file: path,
    passphrase: async () => passphrase,
  });
  expect(came).toEqual({ state: 'restored' });
  const small = await SmallDatabase.open(dir);
  const host = await start(dir, small);
  small.close();
  expect(host.caPem).toBe(caPem);
  expect(host.secrets.open(seed, 'totp ada')).toBe('JBSWY3DPEHPK3PXP');
  // Those of the host that was there are not lost.
  expect(await readFile(join(dir, 'tls.replaced-1', 'ca.crt'), 'utf8')).toBe(stranger.caPem);
  const before = JSON.parse(await readFile(join(dir, 'secrets.json.replaced-1'), 'utf8')).secrets;
  expect(before.authorityKey).toBe(stranger.secrets.get('authorityKey'));
  for (const file of ['secrets.json', 'secrets.json.replaced-1'])
    expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  // Once they are there nobody is asked, and nothing is replaced again.
  const asked = () => Promise.reject(new Error('asked in vain'));
  const again = await restoreBackup({ dataDir: dir, file: path, passphrase: asked });
  expect(again.secrets).toEqual({ state: 'kept' });
  expect((await readdir(dir)).filter(name => name.includes('replaced')).sort()).toEqual([
    'secrets.json.replaced-1',
    'tls.replaced-1',
  ]);
});

test('a wrong passphrase is told, and nothing changes', async () => {
  const dir = join(root, 'wrong');
  await start(dir);
  const before = (await readdir(dir, { recursive: true })).sort();
  for (const wrong of ['Correct horse battery staple', '', `${passphrase} `])
    await expect(restoreBackup({ dataDir: dir, file: path, passphrase: async () => wrong })).rejects.toThrow(
      /The passphrase does not open joulegate-.*\.secrets.*Nothing was restored/,
    );
  const sealed = path.replace('.duckdb', '.secrets');
  const text = await readFile(sealed, 'utf8');
  await expect(unlockText('ﬁve'.normalize('NFD'), text)).rejects.toThrow(/wrong/);
  await writeFile(sealed, text.replace('"memoryKiB": 8', '"memoryKiB": 99999999'));
  await expect(
    restoreBackup({ dataDir: dir, file: path, passphrase: async () => passphrase }),
  ).rejects.toThrow(/no sealed secrets/);
  await writeFile(sealed, text);
  expect((await readdir(dir, { recursive: true })).sort()).toEqual(before);
});

test('without the passphrase the database comes back, and who loses a second factor is named', async () => {
  const dir = join(root, 'without');
  const { secrets: came } = await restoreBackup({ dataDir: dir, file: path });
  expect(came).toEqual({ state: 'lost', secondFactors: ['ada', 'bob'] });
  const small = await SmallDatabase.open(dir);
  const host = await start(dir, small);
  small.close();
  expect(host.caPem).not.toBe(caPem);
  expect(() => host.secrets.open(seed, 'totp ada')).toThrow(/another key/);
  // Whoever finds the passphrase later restores once more.
  const later = await restoreBackup({ dataDir: dir, file: path, passphrase: async () => passphrase });
  expect(later.secrets).toEqual({ state: 'restored' });
  expect((await start(dir)).caPem).toBe(caPem);
});

test('secrets of a backup come in place with its database, wherever a restore is killed', async () => {
  const ask = async () => passphrase;
  const steps: string[] = [];
  const dir = join(root, 'steps');
  const onStep = (step: string) => void steps.push(step);
  await restoreBackup({ dataDir: dir, file: path, passphrase: ask, onStep });
  expect(steps).toContain('place.secrets');
  for (const at of steps) {
    const killedDir = join(root, `killed-${at}`);
    const before = await start(killedDir);
    const killed = restoreBackup({
      dataDir: killedDir,
      file: path,
      passphrase: ask,
      onStep(step) {
        if (step === at) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    await finishRestore(killedDir);
    const names = await readdir(killedDir);
    const after = await start(killedDir);
    expect(after.caPem, at).toBe(names.includes('joulegate.duckdb') ? caPem : before.caPem);
    expect(names.filter(name => name.includes('restoring'))).toEqual([]);
  }
});

test('a backup of a version before, with its authority in clear, gives it to the host’s secrets', async () => {
  const dir = join(root, 'before');
  const old = await SmallDatabase.make(dir);
  const { path: made } = await makeBackup({ dataDir: dir, instance: old.instance, keep: 1 });
  old.close();
  const keys = made.replace('.duckdb', '.tls');
  await mkdir(keys);
  const { authorityKey } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')).secrets;
  await writeFile(join(keys, 'ca.key'), authorityKey);
  await cp(join(dataDir, 'tls', 'ca.crt'), join(keys, 'ca.crt'));
  const to = join(root, 'after');
  const stranger = await start(to);
  expect((await restoreBackup({ dataDir: to, file: made })).secrets).toEqual({ state: 'kept' });
  expect(await readFile(join(to, 'tls.replaced-1', 'ca.crt'), 'utf8')).toBe(stranger.caPem);
  expect((await start(to)).caPem).toBe(caPem);
  expect((await readdir(join(to, 'tls'))).sort()).toEqual(['ca.crt', 'server.crt']);
  // The same ones stay as they are, with the certificate that clients know.
  await restoreBackup({ dataDir: to, file: made });
  expect((await readdir(to)).filter(name => name.startsWith('tls'))).toEqual(['tls', 'tls.replaced-1']);
});
