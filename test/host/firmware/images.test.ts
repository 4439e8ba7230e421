import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageCommand } from '../../../host/firmware/command.ts';
import { Images } from '../../../host/firmware/images.ts';
import { makeKey, signManifest } from '../../../host/firmware/keys.ts';
import { putImage, testKey } from './signed-image.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulegate-images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('images of a folder', () => {
  test('are listed, the newest version first, and can be sent to gateways where they are signed', async () => {
    const old = putImage(folder, { version: '0.9.0', key: testKey() });
    const unsigned = putImage(folder, { version: '0.10.0' });
    const { images, faults } = await new Images(folder).list();
    expect(faults).toEqual([]);
    expect(images.map(({ id, isOrderable }) => [id, isOrderable])).toEqual([
      [unsigned, false],
      [old, true],
    ]);
    expect(images[0]?.parts).toMatchObject([
      { path: 'firmware.bin', offset: 0, bytes: 40_000, md5: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
  });

  test('that do not fit their manifest are told with what is wrong, and the others stay', async () => {
    const key = testKey();
    for (const version of ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6'])
      putImage(folder, { version, key });
    const manifest = (version: string) => join(folder, version, 'manifest.json');
    const image = (version: string) => join(folder, version, 'firmware.bin');
    const change = (version: string, from: RegExp, to: string) =>
      writeFileSync(manifest(version), readFileSync(manifest(version), 'utf8').replace(from, to));
    const flipped = readFileSync(image('1.0.1'));
    flipped[5000] = (flipped[5000] ?? 0) ^ 1;
    writeFileSync(image('1.0.1'), flipped);
    writeFileSync(image('1.0.2'), readFileSync(image('1.0.2')).subarray(1));
    change('1.0.3', /1\.0\.3/, '1.9.9');
    change('1.0.4', /firmware\.bin/, '../../secret');
    writeFileSync(manifest('1.0.5'), '{"version":');
    writeFileSync(join(folder, '1.0.6', 'extra.bin'), '');
    change('1.0.6', /"offset":0\}/, '"offset":0},{"path":"extra.bin","offset":4096}');
    const { images, faults } = await new Images(folder).list();
    expect(images.map(({ manifest: { version } }) => version)).toEqual(['1.0.0']);
    const told = Object.fromEntries(faults.map(({ file, message }) => [file.slice(0, 5), message]));
    expect(told['1.0.1']).toContain('sha256:');
    expect(told['1.0.2']).toContain('imageBytes: 40000 given; firmware.bin has 39999');
    expect(told['1.0.3']).toContain('signature: is not of publicKey');
    expect(told['1.0.4']).toContain('parts[0].path');
    expect(told['1.0.5']).toContain('is no JSON');
    expect(told['1.0.6']).toContain('extra.bin is empty');
  });

  test('are looked at again when a file changed', async () => {
    const key = testKey();
    putImage(folder, { version: '1.0.0', key });
    const images = new Images(folder);
    expect((await images.list()).images).toHaveLength(1);
    writeFileSync(join(folder, '1.0.0', 'firmware.bin'), 'nothing');
    expect((await images.list()).faults).toHaveLength(1);
    const id = putImage(folder, { version: '1.0.0', key, bytes: 50_000 });
    expect((await images.find(id))?.manifest.imageBytes).toBe(50_000);
  });

  test('are none without a folder, and a folder that is not there is told', async () => {
    expect(await new Images(undefined).list()).toEqual({ images: [], faults: [] });
    const [fault] = (await new Images(join(folder, 'gone')).list()).faults;
    expect(fault?.message).toContain('cannot be read');
  });
});

describe('keys and signatures', () => {
  test('a private key is its owner’s alone, and is never made over another', async () => {
    const file = join(folder, 'key', 'firmware-key.pem');
    const publicKey = await makeKey(file);
    expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    await expect(makeKey(file)).rejects.toThrow('EEXIST');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a folder that was signed is one that gateways can be sent, also when it is signed again', async () => {
    const id = putImage(folder, { version: '1.0.0', key: testKey() });
    const file = join(folder, 'key.pem');
    const publicKey = await makeKey(file);
    expect((await signManifest(join(folder, '1.0.0'), file)).publicKey).toBe(publicKey);
    expect(await new Images(folder).find(id)).toMatchObject({ isOrderable: true, manifest: { publicKey } });
  });

  test('the command says what it did and what went wrong', async () => {
    const said: string[] = [];
    const complained: string[] = [];
    const run = (...args: string[]) =>
      imageCommand(
        args,
        line => said.push(line),
        line => complained.push(line),
      );
    const file = join(folder, 'key.pem');
    putImage(folder, { version: '1.0.0' });
    expect(await run('sign', join(folder, '1.0.0'), '--key', file)).toBe(1);
    expect(complained.at(-1)).toContain('npm run firmware:keys');
    expect(await run('keys', '--key', file)).toBe(0);
    expect(said[0]).toContain(file);
    expect(await run('keys', '--key', file)).toBe(0);
    expect(said.join('\n')).toContain('was there already');
    expect(said.join('\n')).not.toContain('PRIVATE');
    expect(await run('sign', join(folder, '1.0.0'), '--key', file)).toBe(0);
    expect(await run('list', folder)).toBe(0);
    expect(said.at(-1)).toContain('1.0.0');
    expect(await run('sign')).toBe(2);
    expect(await run('keys', 'x')).toBe(2);
    expect(await run('list', '--what')).toBe(2);
  });
});
