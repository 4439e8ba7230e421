import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

/** The Moddable SDK as its user has installed it. */
export interface Sdk {
  readonly folder: string;
  /** What programs are run with: the SDK's tools and this project's `tsc` are found on its PATH. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Something that a build needs and the machine has not: what, and what a person does about it. */
export interface Missing {
  readonly what: string;
  readonly remedy: string;
}

const hosts: Partial<Record<NodeJS.Platform, string>> = { linux: 'lin', darwin: 'mac', win32: 'win' };
const toolNames = ['mcconfig', 'xsc', 'xsl', 'xsid'] as const;

const install = 'install it with xs-dev (npm install -g xs-dev; xs-dev setup) and open a new terminal';

/** Finds the SDK through `MODDABLE`. `repository` is the folder with manifest.json and node_modules. */
export function findSdk(environment: NodeJS.ProcessEnv, repository: string): Sdk | readonly Missing[] {
  const folder = environment.MODDABLE;
  if (folder === undefined || folder === '') {
    return [{ what: 'the Moddable SDK: the environment has no MODDABLE', remedy: install }];
  }
  if (!existsSync(join(folder, 'examples', 'manifest_base.json'))) {
    return [{ what: `the Moddable SDK: MODDABLE is ${folder}, where none is`, remedy: install }];
  }
  const tools = join(folder, 'build', 'bin', hosts[process.platform] ?? process.platform, 'release');
  const missing: Missing[] = toolNames
    .filter(name => !existsSync(join(tools, process.platform === 'win32' ? `${name}.exe` : name)))
    .map(name => ({
      what: `the SDK's tool ${name}: not in ${tools}`,
      remedy: 'build the tools as the SDK\'s guide "Getting Started" says, or let xs-dev setup do it',
    }));
  const bin = join(repository, 'node_modules', '.bin');
  if (!existsSync(join(bin, 'tsc')))
    missing.push({ what: `TypeScript: no tsc in ${bin}`, remedy: 'run npm ci' });
  if (missing.length > 0) return missing;
  const path = [bin, tools, environment.PATH ?? ''].join(delimiter);
  return { folder, environment: { ...environment, PATH: path } };
}

/** What a build for an ESP32 needs besides the SDK. */
export function missingOfIdf(environment: NodeJS.ProcessEnv): readonly Missing[] {
  const folder = environment.IDF_PATH;
  const remedy = 'run xs-dev setup --device esp32, open a new terminal, and there . "$IDF_PATH/export.sh"';
  if (folder === undefined || folder === '')
    return [{ what: 'ESP-IDF: the environment has no IDF_PATH', remedy }];
  if (!existsSync(join(folder, 'tools', 'idf.py')))
    return [{ what: `ESP-IDF: IDF_PATH is ${folder}, where none is`, remedy }];
  const isOnPath = (environment.PATH ?? '').split(delimiter).some(place => existsSync(join(place, 'idf.py')));
  return isOnPath
    ? []
    : [{ what: 'idf.py: not on the PATH of this terminal', remedy: '. "$IDF_PATH/export.sh"' }];
}

export const missingText = (missing: readonly Missing[]): string =>
  missing.map(({ what, remedy }) => `missing is ${what}; ${remedy}`).join('\n');

/** The folder within `tmp` or `bin` of a build: the SDK names it by platform, kind of build and the repository's folder. */
export const builtIn = (
  folder: string,
  part: 'tmp' | 'bin',
  platform: string,
  kind: 'release' | 'debug',
  repository: string,
): string => {
  const places = platform === 'lin' ? ['lin', 'mc'] : platform.split('/');
  return join(folder, part, ...places, kind, basename(repository));
};
