import { expect, test } from 'vitest';
import { read } from './tree.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly cpu?: readonly string[];
}

const manifest = JSON.parse(read('package.json'));
const packages: Readonly<Record<string, Locked>> = JSON.parse(read('package-lock.json')).packages;
const locked = Object.entries(packages).filter(([path]) => path !== '');
const most = 25;

/**
 * Builds for other machines that the registry which wrote the lockfile did not have, so that their checksums are not
 * known; npm takes what it is given for them. One less is welcome.
 */
const unseen = [
  ...['android-arm64', 'android-x64', 'darwin-arm64', 'darwin-x64', 'linux-arm64-musl', 'linux-x64-musl'],
  ...['win32-arm64', 'win32-x64'],
].map(machine => `node_modules/@biomejs/cli-${machine}`);
unseen.push(
  ...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-arm64-musl', 'win32-arm64', 'win32-x64'].map(
    machine => `node_modules/@duckdb/node-bindings-${machine}`,
  ),
);

/** Looks for a build that lies in the package, and compiles where there is none; it downloads nothing. */
const scripted = ['node_modules/@serialport/bindings-cpp'];

test('few packages are needed, and few of all run anything when they are installed', () => {
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  expect(direct.length).toBeLessThanOrEqual(most);
  const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  expect(running).toEqual(scripted);
  const ofUsers = locked.filter(([, { dev }]) => dev !== true);
  console.log(
    `${direct.length} direct production packages, ${ofUsers.length} in all, ${running.length} with an install script`,
  );
  for (const step of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(manifest.scripts).not.toHaveProperty(step);
});

test('every package is held to a checksum, and comes from a registry', () => {
  const free = locked.filter(([, { integrity, link }]) => integrity === undefined && link !== true);
  for (const [path, { optional, cpu }] of free) {
    expect(unseen, path).toContain(path);
    expect(optional === true && cpu !== undefined, path).toBe(true);
  }
  for (const [path, { integrity, resolved, link }] of locked) {
    expect(link, path).toBeUndefined();
    if (integrity !== undefined) expect(integrity, path).toMatch(/^sha512-/);
    if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
});

test('what is in a release can be told by one command', () => {
  expect(manifest.scripts.sbom).toBe('npm sbom --sbom-format cyclonedx --omit dev');
});
