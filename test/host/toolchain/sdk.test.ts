import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSdk, missingOfIdf, missingText } from '../../../host/toolchain/sdk.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joulegate-sdk-'));
  await mkdir(join(folder, 'sdk', 'examples'), { recursive: true });
  await writeFile(join(folder, 'sdk', 'examples', 'manifest_base.json'), '{}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const wordsOf = (found: ReturnType<typeof findSdk>): string => ('folder' in found ? '' : missingText(found));

describe('an SDK that is not there', () => {
  it('is told with how to install it, where nothing names it', () => {
    expect(wordsOf(findSdk({}, folder))).toBe(
      'missing is the Moddable SDK: the environment has no MODDABLE; install it with xs-dev ' +
        '(npm install -g xs-dev; xs-dev setup) and open a new terminal',
    );
  });

  it('is told with the folder that was named', () => {
    expect(wordsOf(findSdk({ MODDABLE: '/nowhere' }, folder))).toContain(
      'MODDABLE is /nowhere, where none is',
    );
  });

  it('is told tool by tool where its tools are not built, and so is TypeScript', () => {
    const words = wordsOf(findSdk({ MODDABLE: join(folder, 'sdk') }, folder));
    for (const tool of ['mcconfig', 'xsc', 'xsl', 'xsid', 'no tsc'])
      expect(words).toMatch(new RegExp(`\\b${tool}\\b`));
    expect(words).toContain('run npm ci');
  });
});

describe('an ESP-IDF that is not there', () => {
  it('is told with how to install it', () => {
    expect(missingText(missingOfIdf({}))).toContain(
      'the environment has no IDF_PATH; run xs-dev setup --device esp32',
    );
    expect(missingText(missingOfIdf({ IDF_PATH: '/nowhere' }))).toContain(
      'IDF_PATH is /nowhere, where none is',
    );
  });

  it('is told where it is there and this terminal does not know it', async () => {
    await mkdir(join(folder, 'idf', 'tools'), { recursive: true });
    await writeFile(join(folder, 'idf', 'tools', 'idf.py'), '');
    const environment = { IDF_PATH: join(folder, 'idf'), PATH: '/usr/bin' };
    expect(missingText(missingOfIdf(environment))).toBe(
      'missing is idf.py: not on the PATH of this terminal; . "$IDF_PATH/export.sh"',
    );
    const path = `/usr/bin:${join(folder, 'idf', 'tools')}`;
    expect(missingOfIdf({ ...environment, PATH: path })).toEqual([]);
  });
});
